// The timeline of the last run that changed this machine.
#pragma once

#include "model/run_timeline.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// Saves the timeline at the end of a run, however it ends, for last_timeline().
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

/// Throws Error(usage) if no run has saved one.
[[nodiscard]] RunTimeline last_timeline(const Root& root);

} // namespace k8s_node
