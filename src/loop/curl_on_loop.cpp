#include "loop/curl_on_loop.hpp"

#include <string>
#include <sys/epoll.h>
#include <utility>

#include "support/error.hpp"

namespace k8s_node {

namespace {

template <typename Value>
void set_multi_option(CURLM* multi, CURLMoption option, Value value) {
    check_multi(libcurl().multi_setopt(multi, option, value), "set up libcurl");
}

std::uint32_t epoll_events(int what) {
    return (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? EPOLLIN : 0U) |
           (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? EPOLLOUT : 0U);
}

int curl_events(std::uint32_t events) {
    return ((events & (EPOLLIN | EPOLLHUP)) != 0 ? CURL_CSELECT_IN : 0) |
           ((events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
           ((events & EPOLLERR) != 0 ? CURL_CSELECT_ERR : 0);
}

} // namespace

CurlOnLoop::CurlOnLoop(EventLoop& loop) : loop_(loop), multi_(libcurl().multi_init()) {
    if (!multi_) {
        throw Error("cannot create a libcurl multi handle: out of memory");
    }
    set_multi_option(multi_.get(), CURLMOPT_SOCKETFUNCTION, &on_socket);
    set_multi_option(multi_.get(), CURLMOPT_SOCKETDATA, this);
    set_multi_option(multi_.get(), CURLMOPT_TIMERFUNCTION, &on_timer);
    set_multi_option(multi_.get(), CURLMOPT_TIMERDATA, this);
}

CurlOnLoop::~CurlOnLoop() {
    while (!transfers_.empty()) {
        remove(transfers_.begin()->first);
    }
}

void CurlOnLoop::add(CURL* transfer, Done done) {
    check_multi(libcurl().multi_add_handle(multi_.get(), transfer), "begin a transfer");
    transfers_.emplace(transfer, std::move(done));
}

void CurlOnLoop::remove(CURL* transfer) {
    if (transfers_.erase(transfer) != 0) {
        libcurl().multi_remove_handle(multi_.get(), transfer);
    }
}

void CurlOnLoop::act(curl_socket_t socket, int events) {
    int running = 0;
    check_multi(libcurl().multi_socket_action(multi_.get(), socket, events, &running),
                "go on with a transfer");
    collect();
}

void CurlOnLoop::collect() {
    int left = 0;
    while (const auto* message = libcurl().multi_info_read(multi_.get(), &left)) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        auto* const transfer = message->easy_handle;
        const auto result = message->data.result; // the message goes with the handle
        const auto done = std::move(transfers_.at(transfer));
        remove(transfer);
        done(result);
    }
}

/// libcurl must not be called from within its callbacks.
int CurlOnLoop::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
    auto& curl = *static_cast<CurlOnLoop*>(self);
    curl.loop_.guard([&] {
        curl.timer_.reset();
        if (timeout_ms >= 0) {
            curl.timer_ = curl.loop_.after(std::chrono::milliseconds(timeout_ms),
                                           [&curl] { curl.act(CURL_SOCKET_TIMEOUT, 0); });
        }
    });
    return 0;
}

int CurlOnLoop::on_socket(CURL* /*transfer*/, curl_socket_t socket, int what, void* self,
                          void* /*unused*/) {
    auto& curl = *static_cast<CurlOnLoop*>(self);
    curl.loop_.guard([&] { curl.watch(socket, what); });
    return 0;
}

void CurlOnLoop::watch(curl_socket_t socket, int what) {
    sockets_.erase(socket); // before it is added again: epoll takes a descriptor once
    if (what != CURL_POLL_REMOVE && what != CURL_POLL_NONE) {
        sockets_[socket] =
            loop_.on_events(socket, epoll_events(what), [this, socket](std::uint32_t events) {
                act(socket, curl_events(events));
            });
    }
}

CurlPerformer::Running::Running(CurlPerformer& performer, CURL* handle)
    : performer_(performer), handle_(handle) {
    // A name look-up that is still going on at the end is abandoned, not awaited.
    set_option(handle, CURLOPT_QUICK_EXIT, 1L);
    performer.curl_.add(handle, [this](CURLcode code) { result_ = code; });
}

CURLcode CurlPerformer::perform(CURL* handle) {
    Running transfer(*this, handle);
    loop_.run_until([&] { return transfer.result().has_value(); });
    return *transfer.result();
}

} // namespace k8s_node
