#include "store/staging.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>

#include "store/tree.hpp"
#include "support/error.hpp"
#include "support/file_kinds.hpp"
#include "support/files.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = ".staging-";

fs::path staging_name(const fs::path& store, std::string_view entry, std::string_view suffix) {
    std::string name(prefix);
    name += entry;
    name += suffix;
    return store / name;
}

/// Makes sealed directories writable first, so that not only root can remove a tree.
void open_up(const fs::path& tree, std::error_code& error) {
    fs::permissions(tree, fs::perms::owner_all, error);
    for (fs::recursive_directory_iterator it(tree, error), end; !error && it != end;
         it.increment(error)) {
        if (is_real_directory(it->path())) {
            fs::permissions(it->path(), fs::perms::owner_all, error);
        }
    }
}

void remove_tree(const fs::path& tree, std::error_code& error) {
    if (is_real_directory(tree)) {
        open_up(tree, error);
    }
    fs::remove_all(tree, error);
}

void remove_tree_or_throw(const fs::path& tree) {
    std::error_code error;
    remove_tree(tree, error);
    if (error) {
        throw system_error(error.value(), "remove " + tree.string());
    }
}

void make_read_only(const fs::path& directory) {
    if (::chmod(directory.c_str(), 0555) < 0) {
        throw system_error(errno, "change the mode of " + directory.string());
    }
}

} // namespace

StagingArea::StagingArea(const fs::path& store, std::string_view entry)
    : download_(staging_name(store, entry, ".download")), tree_(staging_name(store, entry, "")) {
    remove_tree_or_throw(download_);
    remove_tree_or_throw(tree_);
    if (::mkdir(tree_.c_str(), 0700) < 0) {
        throw system_error(errno, "create directory " + tree_.string());
    }
}

StagingArea::~StagingArea() {
    // The next run removes what cannot be removed now.
    std::error_code ignored;
    remove_tree(download_, ignored);
    remove_tree(tree_, ignored);
}

void seal_directories(const fs::path& tree) {
    for (const auto& path : list_tree(tree)) {
        if (is_real_directory(path)) {
            make_read_only(path);
        }
    }
    make_read_only(tree);
}

void exchange_directories(const fs::path& tree, const fs::path& entry) {
    if (::renameat2(AT_FDCWD, tree.c_str(), AT_FDCWD, entry.c_str(), RENAME_EXCHANGE) < 0) {
        throw system_error(errno, "replace " + entry.string());
    }
    sync_directory(entry.parent_path());
}

void remove_entry(const fs::path& store, std::string_view entry) {
    const auto final_path = store / entry;
    const auto staged = staging_name(store, entry, "");
    remove_tree_or_throw(staged);
    if (::rename(final_path.c_str(), staged.c_str()) < 0) {
        throw system_error(errno, "remove " + final_path.string() + " from the store");
    }
    sync_directory(store);
    remove_tree_or_throw(staged);
}

fs::path staged_file(const fs::path& store, std::string_view name) {
    return staging_name(store, name, "");
}

void remove_staged(const fs::path& store) {
    for (const auto& path : list_directory(store)) {
        if (path.filename().string().starts_with(prefix)) {
            remove_tree_or_throw(path);
        }
    }
}

} // namespace k8s_node
