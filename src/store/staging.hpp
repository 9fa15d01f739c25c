// Unfinished things in the store. They lie beside the entries, under names
// that begin with ".staging-", so that the rename that publishes one stays in
// one directory. What a killed run leaves behind are such names and no others.
#pragma once

#include <filesystem>
#include <string_view>

namespace k8s_node {

/// The staging names of one entry. Its destructor removes what is left there.
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
    /// The directory that becomes the entry; only its owner can look in.
    [[nodiscard]] const std::filesystem::path& tree() const noexcept { return tree_; }

private:
    std::filesystem::path download_;
    std::filesystem::path tree_;
};

/// Makes all directories of a tree 0555.
void seal_directories(const std::filesystem::path& tree);

/// Puts a sealed tree in the place of the existing entry in one step. The old
/// entry is then at `tree`.
void exchange_directories(const std::filesystem::path& tree, const std::filesystem::path& entry);

/// Takes an entry out of the store: it is renamed before it is removed, so it
/// is never there in part.
void remove_entry(const std::filesystem::path& store, std::string_view entry);

/// Removes what dead runs left. Only for the holder of the program's lock.
void remove_staged(const std::filesystem::path& store);

} // namespace k8s_node
