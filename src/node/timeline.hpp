// The times of the last run that changed this machine.
#pragma once

#include "model/run_timeline.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Keeps the timeline of a run at the end of it, however it ends, for
/// last_timeline().
class KeptTimeline {
public:
    KeptTimeline(Root root, std::string verb) : root_(std::move(root)), verb_(std::move(verb)) {}
    KeptTimeline(const KeptTimeline&) = delete;
    KeptTimeline& operator=(const KeptTimeline&) = delete;
    KeptTimeline(KeptTimeline&&) = delete;
    KeptTimeline& operator=(KeptTimeline&&) = delete;
    ~KeptTimeline();

private:
    Root root_;
    std::string verb_;
};

/// Throws Error(usage) where no run has left one.
[[nodiscard]] RunTimeline last_timeline(const Root& root);

} // namespace k8s_node
