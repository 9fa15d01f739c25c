// Backups of what our files and links replaced: kept beside them, and restored when ours are
// removed. The ledger lists the paths that have one.
#pragma once

#include <filesystem>
#include <string>

#include "generations/ledger.hpp"

namespace k8s_node {

/// Returns the path of the backup of `path`.
[[nodiscard]] std::filesystem::path backup_of(const std::filesystem::path& path);

/// Throws Error(unsuitable) if something else is already at the path of the backup of `path`.
/// `name` is the path as the operator knows it.
void require_room_for_backup(const std::filesystem::path& path, const std::filesystem::path& name);

/// Makes a durable backup of what is at `path`; returns true if there is a backup afterwards. The
/// original stays in place too, unless it is a directory. Safe to repeat.
[[nodiscard]] bool back_up(const std::filesystem::path& path);

/// Restores the backup over what is at `path` now; returns false if there is none, because it was
/// restored before. Safe to repeat.
[[nodiscard]] bool restore_backup(const std::filesystem::path& path);

/// True if the backup of this path is restored although the ledger still lists it, because a run
/// was killed in between. What is at the path is then not ours.
[[nodiscard]] bool is_restored(const Ledger& ledger, const std::string& path, const Root& root);

} // namespace k8s_node
