// The way back of a control plane into the cluster that it leaves for a redeploy.
#pragma once

#include <memory>

#include "join/join_data.hpp"
#include "loop/event_loop.hpp"
#include "support/files.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// Returns new join data for this control plane, with the cluster's keys and a token of an hour;
/// nullptr if it is the only one, which begins its cluster anew. The data that it came with may
/// have expired, and the node that began the cluster had none. Throws Error if this cannot be
/// told, since a node that begins a second cluster would be worse than no redeploy.
[[nodiscard]] std::shared_ptr<const JoinData> make_way_back(const Root& root, EventLoop& loop,
                                                            EventSink& events);

} // namespace k8s_node
