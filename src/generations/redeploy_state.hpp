// The state of a redeploy while there is no generation: the profile, the release and the text of
// the release's definition.
#pragma once

#include <optional>
#include <string>

#include "support/files.hpp"

namespace k8s_node {

struct RedeployState {
    std::string profile;
    std::string release;
    bool of_bundle = false; ///< the release came out of a bundle
};

/// Returns nullopt if nothing is remembered.
[[nodiscard]] std::optional<RedeployState> read_redeploy_state(const Root& root);

/// Remembers the current generation. Does nothing without one, so that an interrupted redeploy
/// keeps its state.
void remember_redeploy(const Root& root);

/// Return the path of the state, and that of the text of the release's definition.
[[nodiscard]] std::filesystem::path redeploy_state_file(const Root& root);
[[nodiscard]] std::filesystem::path intended_release(const Root& root);

void forget_redeploy(const Root& root);

} // namespace k8s_node
