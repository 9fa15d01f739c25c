// What of a service's bytes counts as an answer.
#include <gtest/gtest.h>

#include "liveness/protocol.hpp"
#include "support/error.hpp"

namespace k8s_node::liveness {
namespace {

using namespace std::string_literals;

const Protocol http({.url = "http://127.0.0.1:10248/healthz"});
const Protocol any({.url = "http://127.0.0.1:8181/ready", .any_answer = true});
const Protocol grpc({.url = "grpc+unix:///run/containerd/containerd.sock"});

TEST(Protocol, AsksForThePathAndTheEndOfTheConnection) {
    EXPECT_EQ(http.request(), "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                              "User-Agent: k8s-node-watch\r\nConnection: close\r\n\r\n");
}

TEST(Protocol, AnAnswerOf200IsEnoughBeforeItsBody) {
    EXPECT_FALSE(http.judge("HTTP/1.1 200 OK\r\nContent-", false));
    EXPECT_TRUE(http.judge("HTTP/1.1 200 OK\r\n\r\n", false)->ok);
}

TEST(Protocol, WhoMayNotAskIsAnsweredToo) {
    EXPECT_TRUE(http.judge("HTTP/1.1 401 Unauthorized\r\n\r\n", false)->ok);
    EXPECT_TRUE(http.judge("HTTP/1.1 403 Forbidden\r\n\r\n", false)->ok);
}

TEST(Protocol, AFailureIsReadToItsEndAndNamesTheCheck) {
    const auto answer =
        "HTTP/1.1 500 Internal Server Error\r\n\r\n[+]ping ok\n[-]poststarthook/a failed\n";
    EXPECT_FALSE(http.judge(answer, false));
    EXPECT_EQ(http.judge(answer, true)->reason, "HTTP 500: [-]poststarthook/a failed");
    EXPECT_TRUE(any.judge("HTTP/1.1 503 Service Unavailable\r\n\r\n", false)->ok);
}

TEST(Protocol, SilenceAndNoiseAreNoAnswers) {
    EXPECT_FALSE(http.judge("", false));
    EXPECT_EQ(http.judge("", true)->reason, "the connection was closed without a response");
    EXPECT_EQ(http.judge("SSH-2.0-OpenSSH\r\n\r\n", false)->reason, "the response is not HTTP");
    EXPECT_EQ(http.judge("HTTP/1.1", true)->reason, "the response is not HTTP");
    EXPECT_FALSE(http.judge(std::string(100000, 'x'), false)->ok);
}

std::string frame(char type, char flags, const std::string& payload) {
    return "\0\0"s + static_cast<char>(payload.size()) + type + flags + "\0\0\0\1"s + payload;
}

const std::string settings = "\0\0\0\4\0\0\0\0\0"s;

TEST(Protocol, GrpcHealthIsTheMessageOfTheAnswer) {
    const auto headers = frame(1, 4, "\x88");
    EXPECT_FALSE(grpc.judge(settings + headers, false));
    EXPECT_TRUE(grpc.judge(settings + headers + frame(0, 0, "\0\0\0\0\2\x08\1"s), false)->ok);
    EXPECT_EQ(grpc.judge(settings + headers + frame(0, 0, "\0\0\0\0\2\x08\2"s), false)->reason,
              "gRPC health: it does not serve");
}

TEST(Protocol, AGrpcServerWithoutHealthLives) {
    EXPECT_TRUE(grpc.judge(settings + frame(1, 5, "\x88"), false)->ok);
}

TEST(Protocol, AGrpcServerThatOnlyAcceptsDoesNot) {
    EXPECT_FALSE(grpc.judge("", false));
    EXPECT_FALSE(grpc.judge(settings, false));
    EXPECT_EQ(grpc.judge(settings, true)->reason, "the connection was closed without a response");
    EXPECT_FALSE(grpc.judge(frame(7, 0, ""), false)->ok);
}

TEST(Protocol, AConnectionAloneIsNoProbe) {
    for (const auto* url : {"tcp://127.0.0.1:1", "unix:///run/x", "file:///x", "http://localhost/",
                            "grpc+tcp://127.0.0.1:1"}) {
        EXPECT_THROW(Protocol({.url = url}), Error) << url;
    }
}

} // namespace
} // namespace k8s_node::liveness
