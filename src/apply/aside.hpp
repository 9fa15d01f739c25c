// What was there before us at the place of a file of ours: kept beside it while
// ours is there, and put back when ours goes. The ledger knows for which.
#pragma once

#include <filesystem>
#include <string>

#include "apply/ledger.hpp"

namespace k8s_node {

/// Where what was at a path is kept.
[[nodiscard]] std::filesystem::path aside_of(const std::filesystem::path& path);

/// Throws Error(unsuitable) if something else is already where the file or link
/// at `path` would be kept. `name` is what the operator calls the path.
void require_room_aside(const std::filesystem::path& path, const std::filesystem::path& name);

/// Keeps what is at `path`, durably; true if something is aside after that. It
/// stays in its place, too, unless it is a directory. Safe to repeat.
[[nodiscard]] bool put_aside(const std::filesystem::path& path);

/// Puts back what was kept, in place of what is at `path` now; false when
/// nothing is aside, because it was put back before. Safe to repeat.
[[nodiscard]] bool put_back(const std::filesystem::path& path);

/// Whether what was kept for this path of the ledger is in its place again, and
/// so is not ours although the ledger still has it: a run that was killed
/// between the two.
[[nodiscard]] bool is_put_back(const Ledger& ledger, const std::string& path, const Root& root);

} // namespace k8s_node
