// Files, directories and a link that are mended as soon as they are changed.
#pragma once

#include <filesystem>

#include "inotify.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node::demo {

class KeptTree {
public:
    KeptTree(EventLoop& loop, std::filesystem::path root);

    /// Mends what is not as wanted. Where somebody else changes the tree meanwhile, it looks again
    /// soon.
    void converge();

    [[nodiscard]] bool is_converged() const;
    [[nodiscard]] unsigned mended() const noexcept { return mended_; }

private:
    void watch();

    EventLoop& loop_;
    std::filesystem::path root_;
    DirectoryChanges changes_;
    EventSource again_;
    unsigned mended_ = 0;
};

} // namespace k8s_node::demo
