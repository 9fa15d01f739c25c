// The turn of a node, as its disk keeps it. The service writes what is to be done; systemd starts
// k8s-node-rollout-turn.service for as long as that file exists, after a loss of power too; that
// one writes what came of it.
#pragma once

#include <optional>
#include <string>

#include "rollout/report.hpp"
#include "rollout/wish.hpp"
#include "support/files.hpp"

namespace k8s_node::rollout {

namespace paths {
inline constexpr const char* directory = "/var/lib/k8s-node-rollout";
inline constexpr const char* turn = "/var/lib/k8s-node-rollout/turn";
inline constexpr const char* result = "/var/lib/k8s-node-rollout/result";
inline constexpr const char* former = "/var/lib/k8s-node-rollout/former.json";
/// What is configured on this node by a rollout: it wins over node.yaml.
inline constexpr const char* drop_in = "/etc/k8s-node/node.d/90-rollout.yaml";
/// The layer of configuration of the last rollout that had one.
inline constexpr const char* layer = "/etc/k8s-node/node.d/91-rollout.yaml";
} // namespace paths

struct Turn {
    std::string key; ///< Wish::key()
    std::string release;
    std::string release_text;
    std::string configuration; ///< empty: it stays as it is
    bool operator==(const Turn&) const = default;
};

/// Lets the turn begin. The directory exists.
void write_turn(const Root& root, const Turn& turn);

/// Returns the turn that has begun and not ended; nullopt if there is none. Throws Error for a file
/// that is none.
[[nodiscard]] std::optional<Turn> read_turn(const Root& root);

/// Returns the result of the last turn; idle if there was none.
[[nodiscard]] Report read_result(const Root& root);

/// Makes the turn's release and layer part of this node's configuration, after it has kept what was
/// there; safe to repeat after a kill at any instruction.
void place_configuration(const Root& root, const Turn& turn);

/// Undoes place_configuration(): the next install is to change nothing.
void restore_configuration(const Root& root);

/// Writes the result and ends the turn.
void end_turn(const Root& root, const Report& result);

} // namespace k8s_node::rollout
