#include <array>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cri/grpc_client.hpp"
#include "support/handle.hpp"
#include "unit/support/interrupted_child.hpp"

namespace k8s_node::cri {
namespace {

using testing::HasSubstr;

CallError failure_of(const std::string& socket, std::chrono::milliseconds deadline) {
    EventLoop loop(interrupt_token());
    GrpcClient client(socket, loop);
    try {
        static_cast<void>(client.call("/runtime.v1.RuntimeService/Status", {}, deadline));
    } catch (const CallError& error) {
        return error;
    }
    return {0, "it was answered"};
}

/// A socket that somebody listens on.
class Listener {
public:
    Listener() : path_(::testing::TempDir() + "/grpc-" + std::to_string(::getpid())) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(static_cast<char*>(address.sun_path), path_.size());
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
        EXPECT_EQ(::listen(fd_.get(), 1), 0);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    Listener(Listener&&) = delete;
    Listener& operator=(Listener&&) = delete;
    ~Listener() { ::unlink(path_.c_str()); }

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Answers one connection with these bytes.
    void answer(std::string_view bytes) {
        const UniqueFd client(::accept(fd_.get(), nullptr, nullptr));
        std::array<char, 24> preface{};
        EXPECT_GT(::read(client.get(), preface.data(), preface.size()), 0);
        EXPECT_GT(::write(client.get(), bytes.data(), bytes.size()), 0);
    }

private:
    std::string path_;
    UniqueFd fd_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

TEST(GrpcClient, SaysWhyNobodyAnswers) {
    const auto error = failure_of("/nowhere/containerd.sock", std::chrono::seconds(1));
    EXPECT_EQ(error.code(), CallError::unavailable);
    EXPECT_THAT(error.message(),
                HasSubstr("/nowhere/containerd.sock does not respond: No such file"));
}

TEST(GrpcClient, DoesNotWaitForEver) {
    const Listener silent;
    const auto error = failure_of(silent.path(), std::chrono::milliseconds(100));
    EXPECT_EQ(error.code(), CallError::deadline_exceeded);
    EXPECT_THAT(error.message(), HasSubstr(silent.path() + " did not respond within"));
}

TEST(GrpcClient, ASignalEndsACall) {
    const Listener silent;
    EXPECT_EQ(test::end_of_child([&] {
                  const InterruptWatch watch;
                  const std::jthread later([] { ::kill(::getpid(), SIGINT); });
                  EXPECT_THROW(failure_of(silent.path(), std::chrono::minutes(5)), Interrupted);
              }),
              0);
}

TEST(GrpcClient, TellsAnotherServerFromARuntime) {
    Listener other;
    std::jthread server([&] { other.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); });
    EXPECT_EQ(failure_of(other.path(), std::chrono::seconds(5)).code(), CallError::unavailable);
}

} // namespace
} // namespace k8s_node::cri
