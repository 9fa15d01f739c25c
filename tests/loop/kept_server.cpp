#include "kept_server.hpp"

#include <utility>

#include "support/files.hpp"

namespace k8s_node::demo {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds interval{20};
constexpr std::chrono::milliseconds patience{300}; ///< with an answer
constexpr std::chrono::seconds start_patience{5};

} // namespace

KeptServer::KeptServer(EventLoop& loop, std::string program, std::filesystem::path root)
    : loop_(loop), program_(std::move(program)), root_(std::move(root)),
      changes_(loop, [this] { read_port(); }),
      socket_(
          make_async_prober(Probe::parse("unix://" + (root_ / "run/server.sock").string()), loop)) {
    make_directories(root_ / "run");
    changes_.watch(root_ / "run");
}

void KeptServer::start() {
    ++starts_;
    std::filesystem::remove(root_ / "run/port");
    process_ = std::make_unique<SpawnedProgram>(
        std::vector{program_, std::string("--serve"), root_.string()});
    end_ = loop_.on_child(process_->process().get(), [this](int status) {
        static_cast<void>(process_->result(status)); // it is reaped
        replace();
    });
    timer_ = loop_.after(start_patience, [this] { replace(); });
}

void KeptServer::replace() {
    answering_ = 0;
    url_.clear();
    http_.reset();
    socket_->cancel();
    end_.reset();
    process_.reset();
    start();
}

void KeptServer::read_port() {
    const auto port = read_file_if_exists(root_ / "run/port");
    if (!url_.empty() || !port) {
        return;
    }
    url_ = "http://127.0.0.1:" + *port + "/";
    http_ = make_async_prober(Probe::parse(url_), loop_);
    probe();
}

/// First the socket and then HTTP.
void KeptServer::probe() {
    socket_->begin(patience, [this](const Attempt& attempt) {
        if (attempt.ok) {
            http_->begin(patience, [this](const Attempt& answer) { take(answer); });
        } else {
            take(attempt);
        }
    });
}

void KeptServer::take(const Attempt& attempt) {
    ++probes_;
    if (!attempt.ok) {
        replace();
        return;
    }
    answering_ = starts_;
    timer_ = loop_.after(interval, [this] { probe(); });
}

} // namespace k8s_node::demo
