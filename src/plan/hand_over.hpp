// Services that change without an outage: while one is restarted, a second one of the new
// generation, its stand-in, runs next to it. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/generation.hpp"

namespace k8s_node {

/// "kube-apiserver-handover.service" for "kube-apiserver.service".
[[nodiscard]] std::string stand_in_of(const std::string& unit);

/// True if the unit's body says X-HandOver=yes in both generations (see k8s-node-component(5)),
/// so that the running one lets another one share its ports, and has no directory that a stand-in
/// would remove when it stops.
[[nodiscard]] bool is_handed_over(const std::string& unit, const Generation& next,
                                  const Generation& current);

/// Returns the unit file of a stand-in: the unit's body of this generation with
/// X-HandOverArgument= as an additional argument, then the texts of `drop_ins` as systemd reads
/// them, under the unit's user and without restarts, so that a failure is reported.
[[nodiscard]] std::string stand_in_text(const std::string& unit, const Generation& generation,
                                        const std::vector<std::string>& drop_ins);

} // namespace k8s_node
