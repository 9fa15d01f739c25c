#include "apply/file_kind.hpp"

#include <algorithm>
#include <filesystem>

#include "apply/activation.hpp"
#include "plan/diff.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

bool is_ours(const std::string& path, const Generation& current) {
    const auto& ours = current.manifest.host_files;
    return std::find(ours.begin(), ours.end(), path) != ours.end() ||
           current.files.contains("links" + path);
}

void refuse_foreign(const std::string& path, const Generation& current, const System& system) {
    if (is_ours(path, current) || system.foreign_files == ForeignFiles::replace) {
        return;
    }
    throw Error(path + " is already there, differs, and was not written by k8s-node-install",
                ExitStatus::unsuitable)
        .try_this("move it away, or run with --force to replace it (the old one is kept as " +
                  path + ".before-k8s-node)");
}

void check_file(const HostFile& file, const Generation& current, const System& system,
                std::vector<Change>& changes) {
    const auto path = system.root.at(file.path);
    const auto there = attributes_of(path);
    const auto content = there ? read_file_if_exists(path) : std::nullopt;
    if (content == file.content && there->mode == file.mode && there->uid == 0 && there->gid == 0) {
        return;
    }
    if (content == file.content) {
        changes.push_back({ChangeKind::write_file, file.path, "its mode or owner changed", {}});
        return;
    }
    if (there) {
        refuse_foreign(file.path, current, system);
    }
    changes.push_back({ChangeKind::write_file, file.path, there ? "differs" : "is missing",
                       line_diff(content.value_or(""), file.content)});
    if (const auto how = activation_of(file.path)) {
        changes.push_back({ChangeKind::activate_file, *how, "for " + file.path, {}});
    }
}

void check_link(const HostLink& link, const Generation& current, const System& system,
                std::vector<Change>& changes) {
    const auto path = system.root.at(link.path);
    std::error_code error;
    const auto target = fs::read_symlink(path, error);
    if (!error && target == link.target) {
        return;
    }
    const bool there = fs::exists(fs::symlink_status(path));
    if (there) {
        refuse_foreign(link.path, current, system);
    }
    changes.push_back(
        {ChangeKind::link, link.path, there ? "points elsewhere" : "to " + link.target, {}});
}

/// Paths of the current generation's files and links that are wanted no more.
std::vector<Change> obsolete(const Desired& desired, const Generation& current) {
    std::vector<Change> changes;
    for (const auto& [path, content] : current.files) {
        const bool file = path.starts_with("host/");
        const bool link = path.starts_with("links/");
        if ((file || link) && !desired.generation.files.contains(path)) {
            changes.push_back({ChangeKind::remove_file,
                               path.substr(file ? 4 : 5),
                               "no component has it any more",
                               {}});
        }
    }
    return changes;
}

/// What --force replaces is kept beside it, once.
void keep_foreign(const fs::path& path, const System& system) {
    const fs::path kept = path.string() + ".before-k8s-node";
    if (system.foreign_files == ForeignFiles::replace && fs::exists(path) && !fs::exists(kept)) {
        fs::copy(path, kept, fs::copy_options::copy_symlinks);
    }
}

void write_host_file(const std::string& object, const Desired& desired, System& system) {
    const auto file = std::find_if(desired.spec.files.begin(), desired.spec.files.end(),
                                   [&](const HostFile& f) { return f.path == object; });
    const auto path = system.root.at(object);
    make_directories(path.parent_path());
    keep_foreign(path, system);
    write_file_atomically(path, file->content, {file->mode, 0, 0});
}

void make_link(const std::string& object, const Desired& desired, System& system) {
    const auto link = std::find_if(desired.spec.links.begin(), desired.spec.links.end(),
                                   [&](const HostLink& l) { return l.path == object; });
    const auto path = system.root.at(object);
    make_directories(path.parent_path());
    keep_foreign(path, system);
    replace_symlink(link->target, path);
}

} // namespace

std::vector<Change> check_files(const Desired& desired, const Generation& current,
                                const System& system) {
    std::vector<Change> changes;
    for (const auto& file : desired.spec.files) {
        check_file(file, current, system, changes);
    }
    for (const auto& link : desired.spec.links) {
        check_link(link, current, system, changes);
    }
    auto gone = obsolete(desired, current);
    changes.insert(changes.end(), gone.begin(), gone.end());
    // Activation after all files; the same action once.
    std::stable_sort(changes.begin(), changes.end(),
                     [](const Change& a, const Change& b) { return a.kind < b.kind; });
    const auto same = [](const Change& a, const Change& b) {
        return a.kind == ChangeKind::activate_file && b.kind == a.kind && a.object == b.object;
    };
    changes.erase(std::unique(changes.begin(), changes.end(), same), changes.end());
    return changes;
}

void apply_files(const std::vector<Change>& changes, const Desired& desired, System& system) {
    for (const auto& change : changes) {
        with_context(std::string(verb_of(change.kind)) + " " + change.object, [&] {
            switch (change.kind) {
            case ChangeKind::write_file:
                write_host_file(change.object, desired, system);
                break;
            case ChangeKind::link:
                make_link(change.object, desired, system);
                break;
            case ChangeKind::remove_file:
                fs::remove(system.root.at(change.object));
                break;
            case ChangeKind::activate_file:
                activate(change.object, system);
                break;
            default:
                break;
            }
            return 0;
        });
    }
}

} // namespace k8s_node
