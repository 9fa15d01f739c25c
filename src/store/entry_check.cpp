#include "store/entry_check.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>

#include "store/fetch_plan.hpp"
#include "store/hasher.hpp"
#include "store/tree.hpp"
#include "support/error.hpp"
#include "support/file_kinds.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Returns the problem of one file; empty if there is none.
std::string attribute_problem(const fs::path& path, const EntryFile& file) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return "is missing";
        }
        throw system_error(errno, "stat " + path.string());
    }
    if (!S_ISREG(status.st_mode)) {
        return "is no longer a regular file";
    }
    if (static_cast<std::uint64_t>(status.st_size) != file.size) {
        return "has " + std::to_string(status.st_size) + " bytes instead of " +
               std::to_string(file.size);
    }
    const unsigned mode = status.st_mode & 07777U;
    if (mode != file.mode) {
        return "has mode " + octal_mode(mode) + " instead of " + octal_mode(file.mode);
    }
    return {};
}

bool was_touched(const fs::path& path, const EntryFile& file) {
    return file.modified_ns != 0 && modification_time(path) != file.modified_ns;
}

std::string content_problem(const fs::path& path, const EntryFile& file) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) {
        throw system_error(errno, "open " + path.string());
    }
    const auto sha256 = hash_file(fd.get(), HashAlgorithm::sha256, path.string());
    return sha256 == file.sha256
               ? ""
               : "was edited: its SHA-256 is " + sha256 + " instead of " + file.sha256;
}

/// Collects the problems of one entry.
class EntryCheck {
public:
    EntryCheck(fs::path directory, std::string name)
        : directory_(std::move(directory)), name_(std::move(name)) {}

    void add(std::string path, std::string what) {
        if (!what.empty()) {
            problems_.push_back({name_, std::move(path), std::move(what)});
        }
    }

    void compare_files(const EntryManifest& manifest, CheckDepth depth) {
        for (const auto& file : manifest.files) {
            const auto path = directory_ / file.path;
            auto what = attribute_problem(path, file);
            const bool suspicious = depth == CheckDepth::content || was_touched(path, file);
            if (what.empty() && suspicious) {
                what = content_problem(path, file);
            }
            add(file.path, std::move(what));
        }
    }

    void find_strangers(const EntryManifest& manifest) {
        std::set<std::string> known = {EntryManifest::file_name};
        for (const auto& file : manifest.files) {
            known.insert(file.path);
        }
        for (const auto& item : list_tree(directory_)) {
            const auto path = item.lexically_relative(directory_).string();
            if (!is_real_directory(item) && !known.contains(path)) {
                add(path, "is not part of the entry");
            }
        }
    }

    void require_promised(const EntryManifest& manifest, const Artifact& artifact) {
        for (const auto& path : promised_paths(artifact)) {
            const bool there =
                std::any_of(manifest.files.begin(), manifest.files.end(),
                            [&](const EntryFile& file) { return file.path == path; });
            if (!there) {
                add(path, "was not unpacked");
            }
        }
    }

    [[nodiscard]] std::vector<StoreProblem> take() && { return std::move(problems_); }

private:
    fs::path directory_;
    std::string name_;
    std::vector<StoreProblem> problems_;
};

} // namespace

std::optional<EntryManifest> read_manifest(const fs::path& entry) {
    const auto text = read_file_if_exists(entry / EntryManifest::file_name);
    return text ? EntryManifest::parse(*text) : std::nullopt;
}

namespace {

/// Checks an entry; `artifact` may be nullptr for one known by name only.
std::vector<StoreProblem> check(const fs::path& directory, const std::string& name,
                                const Artifact* artifact, CheckDepth depth) {
    EntryCheck check(directory, name);
    if (!attributes_of(directory)) {
        check.add("", "is missing");
        return std::move(check).take();
    }
    const auto manifest = read_manifest(directory);
    const bool other = manifest && artifact && manifest->digest != artifact->digest.text();
    if (!manifest || other) {
        check.add(EntryManifest::file_name,
                  manifest ? "has another digest" : "is missing or damaged");
        return std::move(check).take();
    }
    if (artifact != nullptr) {
        check.require_promised(*manifest, *artifact);
    }
    check.compare_files(*manifest, depth);
    check.find_strangers(*manifest);
    return std::move(check).take();
}

} // namespace

std::vector<StoreProblem> check_entry(const fs::path& store, const Artifact& artifact,
                                      CheckDepth depth) {
    return check(store / artifact.store_name(), artifact.store_name(), &artifact, depth);
}

std::vector<StoreProblem> check_entry(const fs::path& store, const std::string& name,
                                      CheckDepth depth) {
    return check(store / name, name, nullptr, depth);
}

} // namespace k8s_node
