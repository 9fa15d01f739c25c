// Downloads from a real HTTPS server that misbehaves on request.
#include <array>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "loop/background.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/interrupt.hpp"
#include "test_artifacts.hpp"

namespace k8s_node::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace fs = std::filesystem;

/// A certificate for localhost that is its own CA.
void make_certificate(const fs::path& directory, const std::string& name) {
    const auto base = (directory / name).string();
    const auto command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
        "-days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,DNS:mirror.invalid "
        "-keyout " +
        base + ".key -out " + base + ".crt 2>/dev/null";
    if (std::system(command.c_str()) != 0) {
        throw Error("openssl cannot make a certificate");
    }
}

/// mirror_server.py, alive as long as this object.
class Server {
public:
    Server(const fs::path& directory, const fs::path& certificate, const fs::path& key) {
        std::array<int, 2> in{};
        std::array<int, 2> out{};
        if (::pipe2(in.data(), O_CLOEXEC) < 0 || ::pipe2(out.data(), O_CLOEXEC) < 0) {
            throw system_error(errno, "create a pipe");
        }
        const UniqueFd child_in(in[0]);
        const UniqueFd child_out(out[1]);
        stdin_.reset(in[1]);
        const UniqueFd from_child(out[0]);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, child_in.get(), 0);
        ::posix_spawn_file_actions_adddup2(&actions, child_out.get(), 1);
        std::vector<std::string> words = {"python3", MIRROR_SERVER, directory, certificate, key};
        std::vector<char*> argv;
        for (auto& word : words) {
            argv.push_back(word.data());
        }
        argv.push_back(nullptr);
        const int error = ::posix_spawnp(&pid_, "python3", &actions, nullptr, argv.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (error != 0) {
            throw system_error(error, "run python3");
        }
        port_ = read_line(from_child.get());
        proxy_port_ = read_line(from_child.get());
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    Server(Server&&) = delete;
    Server& operator=(Server&&) = delete;
    ~Server() {
        stdin_.reset();
        ::waitpid(pid_, nullptr, 0);
    }

    [[nodiscard]] std::string mirror(const std::string& manner) const {
        return "https://localhost:" + port_ + "/" + manner;
    }
    /// A proxy that leads to the mirror, whatever host is asked for.
    [[nodiscard]] std::string proxy() const { return "http://localhost:" + proxy_port_; }

private:
    static std::string read_line(int fd) {
        std::string line;
        for (char digit = 0; ::read(fd, &digit, 1) == 1 && digit != '\n';) {
            line += digit;
        }
        return line;
    }

    UniqueFd stdin_;
    pid_t pid_ = -1;
    std::string port_;
    std::string proxy_port_;
};

/// One server for all tests; each has a mirror directory and URLs of its own.
class HttpsTest : public StoreTest {
protected:
    static void SetUpTestSuite() {
        // The mirror is on this machine, whatever proxy the tester uses.
        ::setenv("no_proxy", "localhost", 1);
        shared = std::make_unique<test::TemporaryDirectory>();
        const auto& path = shared->path();
        make_certificate(path, "server");
        server = std::make_unique<Server>(path, path / "server.crt", path / "server.key");
    }
    static void TearDownTestSuite() {
        server.reset();
        shared.reset();
    }

    HttpsTest() {
        mirror = shared->path() / test_name();
        make_directories(mirror / "up.example");
        options.ca_file = shared->path() / "server.crt";
        use("plain");
    }

    static std::string test_name() {
        return ::testing::UnitTest::GetInstance()->current_test_info()->name();
    }
    static std::string mirror_of(const std::string& manner) {
        return server->mirror(manner) + "/" + test_name();
    }
    void use(const std::string& manner) { options.mirrors = {mirror_of(manner)}; }

    static inline std::unique_ptr<test::TemporaryDirectory> shared;
    static inline std::unique_ptr<Server> server;
    std::string bytes = noise(3 << 20U);
};

TEST_F(HttpsTest, ArchiveComesThrough) {
    const std::vector<TestMember> members = {{"bin/tool", bytes}};
    const auto artifact = offer_tar(members, {{"bin/tool", "bin/tool"}});
    fetch(artifact);
    EXPECT_TRUE(content(artifact, "bin/tool") == bytes);
    EXPECT_THAT(observer.urls, ElementsAre(mirror_of("plain") + "/up.example/tools.tar"));
    EXPECT_THAT(observer.reasons, IsEmpty());
}

TEST_F(HttpsTest, FlippedBitIsAVerificationFailure) {
    const auto artifact = offer("runc", bytes);
    auto flipped = bytes;
    flipped[1'000'000] ^= 4;
    offer("runc", flipped);
    const auto error = fetch_error(artifact);
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.message(), HasSubstr("runc 1.2.3"));
    EXPECT_THAT(error.message(), HasSubstr(mirror_of("plain") + "/up.example/runc"));
    EXPECT_THAT(error.message(), HasSubstr(artifact.digest.text()));
    EXPECT_THAT(error.message(), HasSubstr(digest_of(flipped).text()));
}

TEST_F(HttpsTest, FileCutShortOnTheMirrorIsAVerificationFailure) {
    const auto artifact = offer("runc", bytes);
    offer("runc", bytes.substr(0, 1 << 20U));
    const auto error = fetch_error(artifact);
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.message(), HasSubstr("1.0 MiB received"));
}

TEST_F(HttpsTest, WebPageInsteadOfTheArtifactIsCalledThat) {
    use("page");
    const auto error = fetch_error(offer("runc", bytes));
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.message(), HasSubstr("text/html"));
}

TEST_F(HttpsTest, MissingFileIsNotAskedForAgain) {
    auto artifact = offer("runc", bytes);
    fs::remove(mirror / "up.example/runc");
    const auto error = fetch_error(artifact);
    EXPECT_EQ(error.status(), ExitStatus::fetch);
    EXPECT_THAT(error.message(), HasSubstr("HTTP status 404"));
    EXPECT_THAT(error.hint(), HasSubstr("MIRROR/<host>/<path>"));
    EXPECT_THAT(observer.reasons, IsEmpty());
}

TEST_F(HttpsTest, ClientErrorIsFinalEvenIfItWouldPass) {
    use("forbidden-once");
    EXPECT_THAT(fetch_error(offer("runc", bytes)).message(), HasSubstr("HTTP status 403"));
}

TEST_F(HttpsTest, BusyServerIsAskedAgain) {
    use("busy-once");
    const auto artifact = offer("runc", bytes);
    fetch(artifact);
    EXPECT_TRUE(store.contains(artifact));
    EXPECT_THAT(observer.reasons, ElementsAre(HasSubstr("503")));
}

TEST_F(HttpsTest, NextMirrorIsTriedAfterADeadAndALyingOne) {
    options.retry.attempts = 2;
    options.mirrors = {"https://localhost:1", mirror_of("page"), mirror_of("plain")};
    const auto artifact = offer("runc", bytes);
    fetch(artifact);
    EXPECT_TRUE(content(artifact, "bin/runc") == bytes);
    EXPECT_THAT(observer.urls, SizeIs(3));
}

TEST_F(HttpsTest, ADeadMirrorCostsOneAttemptWhileThereIsAnother) {
    options.retry.attempts = 3;
    options.mirrors = {"https://localhost:1", mirror_of("plain")};
    fetch(offer("runc", bytes));
    EXPECT_THAT(observer.reasons, SizeIs(1)); // the next mirror, at once
    observer.reasons.clear();
    options.mirrors = {"https://localhost:1"};
    static_cast<void>(store.gc({}));
    static_cast<void>(fetch_error(offer("runc", bytes)));
    EXPECT_THAT(observer.reasons, SizeIs(2)); // the last one has all patience
}

TEST_F(HttpsTest, APartInsteadOfTheWholeIsCalledThatOnce) {
    use("part");
    const auto error = fetch_error(offer("runc", bytes));
    EXPECT_THAT(error.message(), HasSubstr("part of the file (HTTP status 206)"));
    EXPECT_THAT(observer.reasons, IsEmpty());
}

TEST_F(HttpsTest, AllMirrorsAreNamedWhenNoneHelps) {
    options.retry.attempts = 2;
    options.mirrors = {"https://localhost:1", mirror_of("forbidden-once")};
    const auto error = fetch_error(offer("runc", bytes));
    EXPECT_THAT(error.message(), HasSubstr("HTTP status 403"));
    EXPECT_THAT(error.details(), ElementsAre(HasSubstr("https://localhost:1/up.example/runc")));
}

TEST_F(HttpsTest, UnknownCaIsRefused) {
    make_certificate(temp.path(), "other");
    options.ca_file = temp.path() / "other.crt";
    const auto error = fetch_error(offer("runc", bytes));
    EXPECT_EQ(error.status(), ExitStatus::fetch);
    EXPECT_THAT(error.message(), HasSubstr("certificate"));
    EXPECT_THAT(error.hint(), HasSubstr("CA"));
    EXPECT_THAT(observer.reasons, IsEmpty());
}

TEST_F(HttpsTest, MissingCaFileIsNamed) {
    options.ca_file = temp.path() / "nowhere.crt";
    EXPECT_THAT(fetch_error(offer("runc", bytes)).hint(), HasSubstr("CA file"));
}

TEST_F(HttpsTest, BrokenTransferIsResumedWhereItBroke) {
    use("breaks");
    const auto artifact = offer("runc", bytes);
    fetch(artifact);
    EXPECT_TRUE(content(artifact, "bin/runc") == bytes);
    EXPECT_THAT(observer.reasons, SizeIs(1));
}

TEST_F(HttpsTest, ResumeStartsOverWhereTheServerCannotDoIt) {
    for (const auto* manner : {"breaks-without-ranges", "breaks-with-wrong-range"}) {
        use(manner);
        const auto artifact = offer(manner, bytes);
        fetch(artifact);
        EXPECT_TRUE(content(artifact, "bin/" + artifact.name) == bytes) << manner;
    }
}

TEST_F(HttpsTest, FileThatChangedWhileTheLineWasBrokenIsTakenAnew) {
    use("breaks-then-changes");
    const auto artifact = offer("runc", bytes);
    fetch(artifact);
    EXPECT_TRUE(content(artifact, "bin/runc") == bytes);
    EXPECT_THAT(observer.reasons, Contains(HasSubstr("digest")));
}

TEST_F(HttpsTest, ServerThatAlwaysBreaksIsGivenUp) {
    use("always-breaks");
    options.retry.attempts = 3;
    EXPECT_EQ(fetch_error(offer("runc", bytes)).status(), ExitStatus::fetch);
    EXPECT_THAT(observer.reasons, SizeIs(::testing::Le(4)));
}

TEST_F(HttpsTest, RedirectsAreFollowedToHttpsOnly) {
    const auto artifact = offer("runc", bytes);
    use("to-http");
    EXPECT_THAT(fetch_error(artifact).hint(), HasSubstr("https only"));
    use("to-https");
    fetch(artifact);
    EXPECT_TRUE(store.contains(artifact));
}

TEST_F(HttpsTest, ProxyOfTheEnvironmentIsUsedAndItsExceptionsAre) {
    const ScopeExit restore([] { ::unsetenv("https_proxy"); });
    ::setenv("https_proxy", server->proxy().c_str(), 1);
    options.mirrors = {"https://mirror.invalid/plain/" + test_name()};
    const auto artifact = offer("tool", bytes);
    fetch(artifact);
    EXPECT_EQ(content(artifact, "bin/tool"), bytes);
    static_cast<void>(store.gc({}));

    ::setenv("https_proxy", "http://localhost:1", 1);
    EXPECT_THAT(fetch_error(artifact).message(), HasSubstr("localhost port 1"));
    use("plain"); // on localhost, which no_proxy names
    fetch(artifact);
}

TEST_F(HttpsTest, OversizedDownloadIsBrokenOff) {
    options.download_bytes = 1 << 20U;
    EXPECT_THAT(fetch_error(offer("runc", bytes)).message(), HasSubstr("larger than 1.0 MiB"));
}

TEST_F(HttpsTest, StalledTransferIsBrokenOff) {
    use("hangs");
    options.stall_timeout = std::chrono::seconds(1);
    options.retry.attempts = 1;
    // Few bytes: libcurl averages the speed over seconds.
    const auto error = fetch_error(offer("runc", bytes.substr(0, 1000)));
    EXPECT_THAT(error.message(), HasSubstr("too slow"));
}

TEST_F(HttpsTest, FirstFailureStopsTheOthersAndKeepsWhatIsDone) {
    options.mirrors = {mirror_of("hangs")};
    const auto hanging = offer("hanging", bytes);
    auto broken = offer("broken", bytes);
    // The mirror has no such file, so the server closes without an answer.
    fs::remove(mirror / "up.example/broken");
    options.retry.attempts = 1;
    const auto begin = std::chrono::steady_clock::now();
    const auto error = fetch_error({hanging, broken});
    EXPECT_THAT(error.message(), HasSubstr("broken"));
    EXPECT_THAT(error.details(), IsEmpty()) << "a cancelled artifact is no failure of its own";
    EXPECT_LT(std::chrono::steady_clock::now() - begin, options.stall_timeout / 2);
}

/// Cancels the fetch as soon as bytes arrive.
class CancelsOnProgress : public FetchObserver {
public:
    void progress(const Artifact& /*artifact*/, std::uint64_t /*bytes*/,
                  std::uint64_t total) noexcept override {
        total_ = total;
        fetch->cancel();
    }
    Background* fetch = nullptr;
    std::uint64_t total_ = 0;
};

TEST_F(HttpsTest, AFetchCanBeCancelled) {
    use("hangs");
    CancelsOnProgress cancels;
    Background fetch(
        loop, [&] { store.fetch(std::vector{offer("runc", bytes)}, options, cancels, loop); });
    cancels.fetch = &fetch;
    EXPECT_THROW(fetch.finish(), Cancelled);
    EXPECT_EQ(cancels.total_, bytes.size());
    EXPECT_THAT(names(), IsEmpty());
}

} // namespace
} // namespace k8s_node::testing
