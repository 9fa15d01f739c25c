// Unfinished entries of the store. They are next to the entries, under names that start with
// ".staging-", so that publishing is a rename within one directory. A killed run leaves only such
// names behind.
#pragma once

#include <filesystem>
#include <string_view>

namespace k8s_node {

/// The staging names of one entry. The destructor removes what is left there.
class StagingArea {
public:
    /// Removes leftovers of the same entry and creates the empty tree.
    StagingArea(const std::filesystem::path& store, std::string_view entry);
    StagingArea(const StagingArea&) = delete;
    StagingArea& operator=(const StagingArea&) = delete;
    StagingArea(StagingArea&&) = delete;
    StagingArea& operator=(StagingArea&&) = delete;
    ~StagingArea();

    /// For the downloaded file; does not exist yet.
    [[nodiscard]] const std::filesystem::path& download() const noexcept { return download_; }
    /// The directory that becomes the entry; only its owner can read it.
    [[nodiscard]] const std::filesystem::path& tree() const noexcept { return tree_; }

private:
    std::filesystem::path download_;
    std::filesystem::path tree_;
};

/// Makes all directories of a tree 0555.
void seal_directories(const std::filesystem::path& tree);

/// Exchanges a sealed tree with the existing entry in one step. The old entry is then at `tree`.
void exchange_directories(const std::filesystem::path& tree, const std::filesystem::path& entry);

/// Removes an entry from the store: it is renamed first, so that it is never partly there.
void remove_entry(const std::filesystem::path& store, std::string_view entry);

/// Returns the path of another unfinished file, which remove_staged() removes too.
[[nodiscard]] std::filesystem::path staged_file(const std::filesystem::path& store,
                                                std::string_view name);

/// Removes what killed runs left behind. Only for the holder of the program's lock.
void remove_staged(const std::filesystem::path& store);

} // namespace k8s_node
