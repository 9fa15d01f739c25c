// Probers against a real server on loopback.
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>

#include <gtest/gtest.h>

#include "health/async_prober.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "test_server.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::TestServer;

Attempt ask(const Probe& probe, std::chrono::milliseconds timeout = 5s) {
    EventLoop loop;
    return attempt(*make_async_prober(probe, loop), timeout, loop);
}

/// Nobody listens on a port that the system gave out and got back.
std::string unused_port() {
    return TestServer().port();
}

class ProbeWithFiles : public testing::Test {
protected:
    [[nodiscard]] std::string file(const std::string& name) const {
        return directory_.path() / name;
    }

private:
    test::TemporaryDirectory directory_;
};

TEST(HttpProbe, Answers) {
    const TestServer server;
    EXPECT_EQ(ask(Probe::parse(server.url("http://", "/"))), (Attempt{true, {}}));
}

TEST(HttpProbe, NamesFailedChecks) {
    const TestServer server;
    EXPECT_EQ(ask(Probe::parse(server.url("http://", "/readyz"))).reason,
              "HTTP 500: [-]etcd failed, [-]poststarthook/rbac/bootstrap-roles failed");
}

TEST(HttpProbe, IgnoresAProxyInTheEnvironment) {
    const TestServer server;
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    EXPECT_TRUE(ask(Probe::parse(server.url("http://", "/"))).ok);
    ::unsetenv("http_proxy");
}

TEST(HttpProbe, SilenceIsBoundedByTheTimeout) {
    const TestServer server;
    EXPECT_EQ(ask(Probe::parse(server.url("http://", "/silent")), 300ms).reason,
              "no response within 0.3 s");
}

TEST(HttpProbe, HangUpIsExplained) {
    const TestServer server;
    EXPECT_EQ(ask(Probe::parse(server.url("http://", "/hang-up"))).reason,
              "the connection was closed without a response");
}

TEST(HttpProbe, LongAnswersAreFine) {
    const TestServer server;
    EXPECT_TRUE(ask(Probe::parse(server.url("http://", "/large"))).ok);
}

TEST(HttpProbe, UnknownNameIsExplained) {
    EXPECT_EQ(ask(Probe::parse("http://no-such-host.invalid/")).reason,
              "the name no-such-host.invalid does not resolve to an address");
}

TEST(HttpProbe, OneConnectionServesAllAttempts) {
    const TestServer server;
    EventLoop loop;
    const auto prober =
        make_async_prober(Probe::parse(server.url("http://", "/connections")), loop);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(attempt(*prober, 5s, loop).reason, "HTTP 503: 1 connections");
    }
}

TEST(TcpProbe, ConnectsOrSaysRefused) {
    {
        const TestServer server;
        EXPECT_EQ(ask(Probe::parse(server.url("tcp://", ""))), (Attempt{true, {}}));
    }
    EXPECT_EQ(ask(Probe::parse("tcp://127.0.0.1:" + unused_port())),
              (Attempt{false, "connection refused"}));
}

class UnixProbe : public ProbeWithFiles {
protected:
    UniqueFd bind(const std::string& path) {
        UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        return fd;
    }
};

TEST_F(UnixProbe, NeedsASocketThatIsListenedOn) {
    const auto path = file("x.sock");
    const auto probe = Probe::parse("unix://" + path);
    EXPECT_EQ(ask(probe).reason, "there is no socket " + path);
    const auto fd = bind(path);
    EXPECT_EQ(ask(probe).reason, "connection refused");
    ASSERT_EQ(::listen(fd.get(), 1), 0);
    EXPECT_EQ(ask(probe), (Attempt{true, {}}));
}

TEST_F(ProbeWithFiles, IsReadyOnceThereIsTheFile) {
    const auto path = file("current.pem");
    const auto probe = Probe::parse("file://" + path);
    EXPECT_EQ(ask(probe).reason, "there is no file " + path);
    std::filesystem::create_symlink(file("2027.pem"), path);
    EXPECT_FALSE(ask(probe).ok) << "the link leads nowhere";
    write_file_atomically(file("2027.pem"), "x", {});
    EXPECT_EQ(ask(probe), (Attempt{true, {}}));
}

TEST_F(UnixProbe, AFullQueueIsNotAYes) {
    const auto path = file("x.sock");
    const auto fd = bind(path);
    ASSERT_EQ(::listen(fd.get(), 0), 0);
    UniqueFd waiting(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    ASSERT_EQ(::connect(waiting.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_NE(ask(Probe::parse("unix://" + path)).reason.find("queue"), std::string::npos);
}

/// A CA and a certificate for the name "node-1" and the address 127.0.0.1.
class HttpsProbe : public ProbeWithFiles {
protected:
    HttpsProbe() {
        make_authority("ca");
        make_certificate("server");
    }
    void make_authority(const std::string& name) {
        test::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                   "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name, "-days", "1",
                   "-keyout", file(name + ".key"), "-out", file(name + ".crt")});
    }
    void make_certificate(const std::string& name) {
        test::run({"openssl",
                   "req",
                   "-x509",
                   "-newkey",
                   "ec",
                   "-pkeyopt",
                   "ec_paramgen_curve:P-256",
                   "-nodes",
                   "-subj",
                   "/CN=" + name,
                   "-days",
                   "1",
                   "-addext",
                   "subjectAltName=DNS:node-1,IP:127.0.0.1",
                   "-addext",
                   "basicConstraints=critical,CA:FALSE",
                   "-CA",
                   file("ca.crt"),
                   "-CAkey",
                   file("ca.key"),
                   "-keyout",
                   file(name + ".key"),
                   "-out",
                   file(name + ".crt")});
    }
    [[nodiscard]] TestServer serve(const std::vector<std::string>& client_ca = {}) const {
        std::vector<std::string> arguments = {file("server.crt"), file("server.key")};
        arguments.insert(arguments.end(), client_ca.begin(), client_ca.end());
        return TestServer(arguments);
    }
    [[nodiscard]] Probe probe(const std::string& url) const {
        auto probe = Probe::parse(url);
        probe.ca_file = file("ca.crt");
        return probe;
    }
};

TEST_F(HttpsProbe, TrustsTheGivenAuthority) {
    const auto server = serve();
    EXPECT_EQ(ask(probe(server.url("https://", "/"))), (Attempt{true, {}}));
}

TEST_F(HttpsProbe, TrustsNobodyElse) {
    const auto server = serve();
    make_authority("other");
    auto question = probe(server.url("https://", "/"));
    question.ca_file = file("other.crt");
    EXPECT_EQ(ask(question).reason,
              "the server's certificate is not accepted: unable to get local issuer certificate "
              "(trusted: " +
                  question.ca_file + ")");
}

TEST_F(HttpsProbe, ACaFileThatAppearsLaterIsTaken) {
    const auto server = serve();
    auto question = probe(server.url("https://", "/"));
    question.ca_file = file("later.crt");
    EventLoop loop;
    const auto prober = make_async_prober(question, loop);
    EXPECT_EQ(attempt(*prober, 5s, loop).reason, "the CA file " + question.ca_file + " is missing");
    fs::copy_file(file("ca.crt"), question.ca_file);
    EXPECT_EQ(attempt(*prober, 5s, loop), (Attempt{true, {}}));
}

TEST_F(HttpsProbe, NameIsVerifiedAndCanBeOverridden) {
    const auto server = serve();
    auto question = probe("https://localhost:" + server.port() + "/");
    EXPECT_NE(ask(question).reason.find("subject name"), std::string::npos) << ask(question).reason;
    question.server_name = "node-1";
    EXPECT_EQ(ask(question), (Attempt{true, {}}));
}

TEST_F(HttpsProbe, ClientCertificateIsShown) {
    const auto server = serve({file("ca.crt")});
    auto question = probe(server.url("https://", "/"));
    EXPECT_NE(ask(question).reason.find("certificate required"), std::string::npos)
        << ask(question).reason;
    make_certificate("client");
    question.client_certificate_file = file("client.crt");
    question.client_key_file = file("client.key");
    EXPECT_EQ(ask(question), (Attempt{true, {}}));
    question.client_key_file = file("missing.key");
    EXPECT_NE(ask(question).reason.find("client certificate " + file("client.crt")),
              std::string::npos)
        << ask(question).reason;
}

TEST_F(HttpsProbe, PlainHttpServerIsNoReady) {
    const TestServer server;
    const auto attempt = ask(probe(server.url("https://", "/")));
    EXPECT_FALSE(attempt.ok);
    EXPECT_NE(attempt.reason, "");
}

} // namespace
} // namespace k8s_node
