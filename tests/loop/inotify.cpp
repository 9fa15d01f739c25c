#include "inotify.hpp"

#include <array>
#include <cerrno>
#include <sys/inotify.h>
#include <unistd.h>

#include "support/error.hpp"

namespace k8s_node::demo {

DirectoryChanges::DirectoryChanges(EventLoop& loop, EventLoop::Callback changed)
    : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (!fd_) {
        throw system_error(errno, "watch directories");
    }
    source_ = loop.on_readable(fd_.get(), [this, changed = std::move(changed)] {
        std::array<char, 4096> events{};
        while (::read(fd_.get(), events.data(), events.size()) > 0) {
        }
        changed();
    });
}

void DirectoryChanges::watch(const std::filesystem::path& directory) {
    constexpr std::uint32_t changes = IN_ATTRIB | IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE |
                                      IN_DELETE | IN_DELETE_SELF | IN_MOVE | IN_ONLYDIR;
    if (::inotify_add_watch(fd_.get(), directory.c_str(), changes) < 0 && errno != ENOENT &&
        errno != ENOTDIR) {
        throw system_error(errno, "watch " + directory.string());
    }
}

} // namespace k8s_node::demo
