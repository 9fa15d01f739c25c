// libcurl's transfers, served by an event loop.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "loop/event_loop.hpp"
#include "support/curl.hpp"

namespace k8s_node {

/// Runs transfers of easy handles by libcurl's multi interface for event loops
/// (curl_multi_socket_action(3)). Only the look-up of a name goes to a thread, which is libcurl's.
class CurlOnLoop {
public:
    using Done = std::function<void(CURLcode)>;

    /// Throws Error if libcurl is missing. `loop` must outlive it.
    explicit CurlOnLoop(EventLoop& loop);
    CurlOnLoop(const CurlOnLoop&) = delete;
    CurlOnLoop& operator=(const CurlOnLoop&) = delete;
    CurlOnLoop(CurlOnLoop&&) = delete;
    CurlOnLoop& operator=(CurlOnLoop&&) = delete;
    ~CurlOnLoop();

    /// Begins a transfer; `done` is called once with its result, by the loop, and must not destroy
    /// this. The handle must live until then or until remove().
    void add(CURL* transfer, Done done);
    /// Ends a transfer if it has not ended; connections of those that have remain open for others.
    void remove(CURL* transfer);

private:
    static int on_socket(CURL* transfer, curl_socket_t socket, int what, void* self, void* unused);
    static int on_timer(CURLM* multi, long timeout_ms, void* self);

    void watch(curl_socket_t socket, int what);
    void act(curl_socket_t socket, int events);
    void collect();

    EventLoop& loop_;
    std::map<curl_socket_t, EventSource> sockets_;
    EventSource timer_;
    std::map<CURL*, Done> transfers_;
    CurlMulti multi_; ///< last: closing its connections calls back
};

/// Performs transfers that are waited for, and keeps their connections.
class CurlPerformer {
public:
    explicit CurlPerformer(EventLoop& loop) : loop_(loop), curl_(loop) {}

    /// One transfer from its begin to its end, or to that of this object.
    class Running {
    public:
        Running(CurlPerformer& performer, CURL* handle);
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;
        Running(Running&&) = delete;
        Running& operator=(Running&&) = delete;
        ~Running() { performer_.curl_.remove(handle_); }
        /// nullopt until it has ended.
        [[nodiscard]] const std::optional<CURLcode>& result() const noexcept { return result_; }

    private:
        CurlPerformer& performer_;
        CURL* handle_;
        std::optional<CURLcode> result_;
    };

    /// Like curl_easy_perform(), but waits in the loop. Throws Error if libcurl itself fails.
    CURLcode perform(CURL* handle);

private:
    EventLoop& loop_;
    CurlOnLoop curl_;
};

} // namespace k8s_node
