// One start of etcd that makes its data those of a cluster of one member (--force-new-cluster).
#pragma once

#include <string>

#include "support/files.hpp"

namespace k8s_node {

/// Returns the drop-in by which a start of `unit` is forced. It is in /run: after a reboot the unit
/// is the normal one. It forbids automatic restarts, since each would be forced too.
[[nodiscard]] std::filesystem::path forcing_drop_in(const std::string& unit, const Root& root);

/// Writes it, and removes it together with the directory that was made for it. systemd must be told
/// of either.
void write_forcing_drop_in(const std::string& unit, const Root& root);
void remove_forcing_drop_in(const std::string& unit, const Root& root);

} // namespace k8s_node
