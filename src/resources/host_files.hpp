// Files and links outside of a generation, as it has them, and how they get to their places.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "generations/ledger.hpp"
#include "generations/system.hpp"

namespace k8s_node {

/// A file outside of the generation, with the content that the generation has for it.
struct WantedFile {
    std::string path;
    const std::string& content;
    unsigned mode;
};

inline constexpr std::string_view files_prefix = "host";
inline constexpr std::string_view links_prefix = "links";

/// Returns the absolute path that an entry of a generation stands for if it is below this prefix.
[[nodiscard]] std::optional<std::string> path_below(std::string_view prefix,
                                                    const std::string& entry);

[[nodiscard]] WantedFile host_file(const Generation& generation, const std::string& path);
[[nodiscard]] std::string link_target(const Generation& generation, const std::string& path);

/// Records in the ledger what the changes create, and makes backups of what they replace, before
/// either exists: the backup is made before it is in the ledger, and it is in the ledger before
/// anything is replaced. Throws Error.
void note_ownership(const std::vector<Change>& changes, const Generation& next, const Root& root);

/// Writes, links or removes one file. Throws Error.
void apply_file(const Change& change, const Generation& next, const Root& root);

/// Removes from the ledger what the changes have removed.
void disown_removed(const std::vector<Change>& changes, const Root& root);

} // namespace k8s_node
