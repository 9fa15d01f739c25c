#include "host/run_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node::host {

namespace fs = std::filesystem;

namespace {

UniqueFd open_lock(const fs::path& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) {
        throw system_error(errno, "open the lock file " + path.string());
    }
    // Whoever may read the file could lock it. An older version's file was readable by all.
    static_cast<void>(::fchmod(fd.get(), 0600));
    return fd;
}

/// A lock on the whole file that belongs to the open file description, not to the process.
struct flock whole_file(short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// Returns false if somebody else holds it.
bool try_lock(int fd, const fs::path& path) {
    auto lock = whole_file(F_WRLCK);
    if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) {
        return true;
    }
    if (errno != EAGAIN && errno != EACCES) {
        throw system_error(errno, "lock " + path.string());
    }
    return false;
}

/// True if the locked file is still the one with that name: `reset` may have removed it while we
/// waited.
bool is_current(int fd, const fs::path& path) {
    struct stat locked {};
    struct stat named {};
    return ::fstat(fd, &locked) == 0 && ::stat(path.c_str(), &named) == 0 &&
           locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
}

void sign(int fd, const fs::path& path, std::string_view verb) {
    const LockHolder self{::getpid(), std::string(verb), utc_text(utc_now())};
    if (::ftruncate(fd, 0) < 0) {
        throw system_error(errno, "truncate " + path.string());
    }
    write_all(fd, self.text(), "write " + path.string());
}

/// Waits for the lock to change hands. Two events are needed: the holder's exit (the kernel has
/// dropped its lock by then, also after kill -9) and a change of the file (a holder that keeps
/// running truncates it after unlocking; a new one writes its name into it).
class HandOver {
public:
    explicit HandOver(const fs::path& path)
        : path_(path), inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
        if (!inotify_ || ::inotify_add_watch(inotify_.get(), path.c_str(),
                                             IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB) < 0) {
            throw system_error(errno, "watch " + path.string());
        }
    }

    /// Returns the next holder to wait for; reading it arms the wait for its exit.
    std::optional<LockHolder> read_holder() {
        auto holder = LockHolder::parse(read_file_if_exists(path_).value_or(""));
        process_.reset();
        if (holder && holder->pid != exited_) {
            process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, holder->pid, 0U)));
            pid_ = holder->pid;
        }
        return holder;
    }

    /// Returns false if the deadline passed first.
    bool wait(RunLock::Clock::time_point deadline) {
        using std::chrono::milliseconds;
        const auto left = std::chrono::ceil<milliseconds>(deadline - RunLock::Clock::now());
        if (left <= milliseconds::zero()) {
            return false;
        }
        const auto timeout = std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max());
        std::array<pollfd, 3> waits{{{inotify_.get(), POLLIN, 0},
                                     {process_.get(), POLLIN, 0}, // poll(2) ignores fd -1
                                     {interrupt_fd(), POLLIN, 0}}};
        if (::poll(waits.data(), waits.size(), static_cast<int>(timeout)) < 0 && errno != EINTR) {
            throw system_error(errno, "wait for " + path_.string());
        }
        throw_if_interrupted();
        std::array<char, 4096> events{};
        while (::read(inotify_.get(), events.data(), events.size()) > 0) {
        }
        if (waits[1].revents != 0) {
            exited_ = pid_; // its name may remain in the file: do not wait for it twice
        }
        return true;
    }

private:
    fs::path path_;
    UniqueFd inotify_;
    UniqueFd process_;
    pid_t pid_ = 0;
    pid_t exited_ = 0;
};

[[noreturn]] void throw_busy(const std::optional<LockHolder>& holder, const fs::path& path) {
    Error error("another run is in progress and did not end in time: " +
                    (holder ? holder->describe() : "its name is not in " + path.string()),
                ExitStatus::busy);
    error.try_this(holder ? "wait for it, or see what it does: journalctl _PID=" +
                                std::to_string(holder->pid)
                          : "wait for it; 'fuser " + path.string() + "' shows its process");
    throw error;
}

/// Blocks until `fd` is locked. Throws at the deadline.
void wait_for_lock(int fd, const fs::path& path, RunLock::Clock::time_point deadline,
                   const RunLock::OnWait& on_wait) {
    HandOver hand_over(path);
    std::optional<LockHolder> told;
    bool told_of_nobody = false;
    for (;;) {
        const auto holder = hand_over.read_holder();
        // Tried after the waits are armed, so that no change is missed in between.
        if (try_lock(fd, path)) {
            return;
        }
        if (holder && holder != told) {
            told = holder;
            on_wait(holder->describe());
        } else if (!holder && !told && !std::exchange(told_of_nobody, true)) {
            on_wait("another run, whose name is not in " + path.string());
        }
        if (!hand_over.wait(deadline)) {
            throw_busy(holder, path);
        }
    }
}

} // namespace

std::string LockHolder::text() const {
    return std::to_string(pid) + " " + verb + " " + since + "\n";
}

std::optional<LockHolder> LockHolder::parse(std::string_view text) {
    const auto fields = split(trim(text), ' ');
    if (fields.size() != 3 || fields[1].empty() || fields[2].empty()) {
        return std::nullopt;
    }
    const auto pid = parse_integer(fields[0]);
    if (!pid || *pid <= 0 || *pid > std::numeric_limits<pid_t>::max()) {
        return std::nullopt;
    }
    return LockHolder{static_cast<pid_t>(*pid), fields[1], fields[2]};
}

std::string LockHolder::describe() const {
    return "'" + verb + "' (process " + std::to_string(pid) + ") since " + since;
}

std::optional<std::string> lock_holder(const fs::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    auto lock = whole_file(F_WRLCK);
    if (!fd || ::fcntl(fd.get(), F_OFD_GETLK, &lock) < 0 || lock.l_type == F_UNLCK) {
        return std::nullopt;
    }
    const auto holder = LockHolder::parse(read_file_if_exists(path).value_or(""));
    return holder ? holder->describe() : "another run";
}

RunLock RunLock::acquire(const fs::path& path, std::string_view verb, Clock::time_point deadline,
                         const OnWait& on_wait) {
    for (;;) {
        auto fd = open_lock(path);
        if (!try_lock(fd.get(), path)) {
            wait_for_lock(fd.get(), path, deadline, on_wait);
        }
        if (is_current(fd.get(), path)) {
            sign(fd.get(), path, verb);
            return RunLock(std::move(fd));
        }
    }
}

RunLock::~RunLock() {
    if (fd_) {
        // Truncated while locked, or a successor's name could be lost; unlocked before the close,
        // whose event wakes the waiting run.
        static_cast<void>(::ftruncate(fd_.get(), 0));
        auto lock = whole_file(F_UNLCK);
        static_cast<void>(::fcntl(fd_.get(), F_OFD_SETLK, &lock));
    }
}

} // namespace k8s_node::host
