// Owning handles for resources of C libraries.
#pragma once

#include <memory>
#include <unistd.h>
#include <utility>

namespace k8s_node {

/// A file descriptor that closes itself. Move-only; -1 means empty.
class UniqueFd {
public:
    UniqueFd() noexcept = default;
    explicit UniqueFd(int fd) noexcept : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) {
            reset(std::exchange(other.fd_, -1));
        }
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    void reset(int fd = -1) noexcept {
        const int old = std::exchange(fd_, fd);
        if (old >= 0) {
            ::close(old);
        }
    }

private:
    int fd_ = -1;
};

/// Turns a C release function into a stateless deleter.
template <auto Release>
struct Releaser {
    template <typename T>
    void operator()(T* object) const noexcept {
        static_cast<void>(Release(object));
    }
};

/// Owns a C object: `CHandle<CURL, curl_easy_cleanup>`.
template <typename T, auto Release>
using CHandle = std::unique_ptr<T, Releaser<Release>>;

/// Runs a function when the scope ends, unless released.
template <typename F>
class [[nodiscard]] ScopeExit {
public:
    explicit ScopeExit(F action) noexcept : action_(std::move(action)) {}
    ScopeExit(const ScopeExit&) = delete;
    ScopeExit& operator=(const ScopeExit&) = delete;
    ScopeExit(ScopeExit&&) = delete;
    ScopeExit& operator=(ScopeExit&&) = delete;
    ~ScopeExit() {
        if (armed_) {
            action_();
        }
    }
    void release() noexcept { armed_ = false; }

private:
    F action_;
    bool armed_ = true;
};

} // namespace k8s_node
