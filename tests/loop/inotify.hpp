// Changes in directories as events of a loop.
#pragma once

#include <filesystem>

#include "loop/event_loop.hpp"
#include "support/handle.hpp"

namespace k8s_node::demo {

/// Calls back after changes in the directories that are watched: once for all that have come
/// (inotify(7)).
class DirectoryChanges {
public:
    DirectoryChanges(EventLoop& loop, EventLoop::Callback changed);

    /// Watching a directory again is harmless, and needed where another one may be in its place.
    /// Nothing is watched where there is none.
    void watch(const std::filesystem::path& directory);

private:
    UniqueFd fd_;
    EventSource source_;
};

} // namespace k8s_node::demo
