#include "store/fetch_plan.hpp"

#include <algorithm>
#include <set>

#include "archive/member_name.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

Error contradiction(const Artifact& artifact, const std::string& what) {
    return Error("artifact " + artifact_label(artifact) + " " + what, ExitStatus::configuration)
        .try_this("correct the artifact in its component or in the release");
}

void require_sound(const Artifact& artifact) {
    const auto name = artifact.store_name();
    if (!is_entry_path(name) || name.find('/') != std::string::npos || artifact.name.empty()) {
        throw contradiction(artifact, "has a name or version that is not a valid directory name");
    }
    if (artifact.members.empty() == artifact.file.empty()) {
        throw contradiction(artifact, "must have either members of an archive or one file");
    }
    std::set<std::string> froms;
    std::set<std::string> tos;
    for (const auto& member : artifact.members) {
        if (!froms.insert(member_name(member.from)).second) {
            throw contradiction(artifact, "extracts the member '" + member.from + "' twice");
        }
    }
    for (const auto& path : promised_paths(artifact)) {
        if (!is_entry_path(path)) {
            throw contradiction(artifact, "puts a file at '" + path +
                                              "', which is not a plain path inside its entry");
        }
        if (!tos.insert(path).second) {
            throw contradiction(artifact, "puts two files at '" + path + "'");
        }
    }
}

void add_members(Artifact& artifact, const std::vector<ArchiveMember>& members) {
    for (const auto& member : members) {
        if (std::find(artifact.members.begin(), artifact.members.end(), member) ==
            artifact.members.end()) {
            artifact.members.push_back(member);
        }
    }
}

void merge_into(Artifact& first, const Artifact& second) {
    if (first.digest != second.digest) {
        throw contradiction(first, "is pinned by two digests, " + first.digest.text() + " and " +
                                       second.digest.text());
    }
    if (first.file != second.file || (!first.file.empty() && first.file_mode != second.file_mode)) {
        throw contradiction(first, "is used as two different files");
    }
    add_members(first, second.members);
}

} // namespace

std::string artifact_label(const Artifact& artifact) {
    return artifact.version.empty() ? artifact.name : artifact.name + " " + artifact.version;
}

std::vector<std::string> promised_paths(const Artifact& artifact) {
    std::vector<std::string> paths;
    for (const auto& member : artifact.members) {
        paths.push_back(member.to);
    }
    if (!artifact.file.empty()) {
        paths.push_back(artifact.file);
    }
    return paths;
}

std::vector<Artifact> merge_artifacts(std::span<const Artifact> artifacts) {
    std::vector<Artifact> merged;
    for (const auto& artifact : artifacts) {
        const auto same = std::find_if(merged.begin(), merged.end(), [&](const Artifact& other) {
            return other.store_name() == artifact.store_name();
        });
        if (same == merged.end()) {
            merged.push_back(artifact);
        } else {
            merge_into(*same, artifact);
        }
    }
    std::for_each(merged.begin(), merged.end(), require_sound);
    return merged;
}

Artifact with_files_of(Artifact artifact, const EntryManifest& existing) {
    std::set<std::string> taken;
    for (const auto& member : artifact.members) {
        taken.insert(member_name(member.from));
        taken.insert(member.to);
    }
    std::vector<ArchiveMember> more;
    for (const auto& file : existing.files) {
        if (!file.from.empty() && !taken.contains(file.from) && !taken.contains(file.path)) {
            more.push_back({file.from, file.path});
        }
    }
    if (!artifact.members.empty()) {
        add_members(artifact, more);
    }
    return artifact;
}

} // namespace k8s_node
