// What a redeploy has to remember while no generation tells it: profile and
// release, and the release's own text.
#pragma once

#include <optional>
#include <string>

#include "support/files.hpp"

namespace k8s_node {

struct Intent {
    std::string profile;
    std::string release;
};

/// nullopt when none is remembered.
[[nodiscard]] std::optional<Intent> read_intent(const Root& root);

/// Remembers the current generation; nothing when there is none, so that an
/// interrupted redeploy keeps what it knows.
void remember_intent(const Root& root);

/// Where it is remembered, and the remembered text of the release.
[[nodiscard]] std::filesystem::path intent_file(const Root& root);
[[nodiscard]] std::filesystem::path intended_release(const Root& root);

void forget_intent(const Root& root);

} // namespace k8s_node
