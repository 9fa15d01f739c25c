// The follower between an API server, over HTTPS, and a HAProxy.
#include <array>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "cluster/curl_transport.hpp"
#include "endpoints/follower.hpp"
#include "support/files.hpp"
#include "support/text.hpp"
#include "unit/cluster/stand_in.hpp"

namespace k8s_node::endpoints {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::json;

/// The runtime interface of a HAProxy with two slots, on the test's own loop.
class HaproxyStandIn {
public:
    HaproxyStandIn(EventLoop& loop, const std::string& path)
        : loop_(loop), fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(static_cast<char*>(address.sun_path), path.size());
        ::unlink(path.c_str());
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
        EXPECT_EQ(::listen(fd_.get(), 8), 0);
        source_ = loop_.on_readable(fd_.get(), [this] { serve(); });
    }

    [[nodiscard]] Servers used() const {
        Servers out;
        for (const auto& slot : slots) {
            if (slot.is_used) {
                out.insert(slot.server);
            }
        }
        return out;
    }

    std::vector<Slot> slots = {{"slot1", "127.0.0.1:1", false}, {"slot2", "127.0.0.1:1", false}};
    std::vector<std::string> said;
    bool is_deaf = false; ///< does nothing of what it is told

private:
    /// The follower has sent its line before it waits.
    void serve() {
        const UniqueFd client(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        std::array<char, 16384> buffer{};
        const auto size = ::read(client.get(), buffer.data(), buffer.size());
        const auto line = std::string(
            trim(std::string_view(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0)));
        std::string answer;
        for (const auto& command : split(line, ';')) {
            answer += carry_out(command) + "\n";
        }
        write_all(client.get(), answer, "the follower");
    }

    std::string carry_out(const std::string& command) {
        if (command == "show servers state kube-apiserver") {
            return table();
        }
        said.push_back(command);
        const auto words = split(command, ' ');
        for (auto& slot : slots) {
            if (is_deaf || words.size() < 5 || words[2] != "kube-apiserver/" + slot.name) {
                continue;
            }
            if (words[3] == "addr") {
                slot.server = words[4] + ":" + words[6];
            } else {
                slot.is_used = words[4] == "ready";
            }
        }
        return is_deaf ? "No such server." : "";
    }

    [[nodiscard]] std::string table() const {
        std::string out = "1\n# be_name srv_name srv_addr srv_admin_state srv_port\n";
        for (const auto& slot : slots) {
            const auto parts = split(slot.server, ':');
            out += "kube-apiserver " + slot.name + " " + parts[0] + (slot.is_used ? " 4 " : " 5 ") +
                   parts[1] + "\n";
        }
        return out;
    }

    EventLoop& loop_;
    UniqueFd fd_;
    EventSource source_;
};

class Following : public testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<cluster::StandIn>(); }
    static void TearDownTestSuite() { server_.reset(); }
    void SetUp() override { send("PUT", "/test/reset", nullptr); }

    void send(const std::string& method, const std::string& path, const Json& value) {
        const auto reply = transport_.send({method, path, "application/json", value.dump()});
        ASSERT_EQ(reply.status, 200) << path << ": " << reply.body;
    }
    void put_slice(const std::string& name, const std::vector<std::string>& addresses) {
        send("PUT", "/test/slices/" + name,
             {{"metadata", {{"name", name}}},
              {"endpoints", {{{"addresses", addresses}}}},
              {"ports", {{{"name", "https"}, {"port", 6443}}}}});
    }

    static std::string user() { return server_->file("approver.conf"); }

    [[nodiscard]] FollowerFiles files() const { return {user(), path("runtime"), path("servers")}; }
    [[nodiscard]] std::string path(const std::string& name) const {
        return directory_.path() / name;
    }
    [[nodiscard]] Follower::Observer observer() {
        return {[this] { ++ready_; }, [this](const std::string& text) { status_ = text; },
                [this](Priority, const std::string& text) { log_.push_back(text); }};
    }
    bool runs_until(const std::function<bool()>& is_done) {
        return loop_.run_until(is_done, EventLoop::Clock::now() + 20s);
    }

    static std::unique_ptr<cluster::StandIn> server_;
    test::TemporaryDirectory directory_;
    EventLoop questions_; ///< of the test, which asks in the midst of a wait
    cluster::CurlTransport transport_{read_kubeconfig(user(), Root()), questions_};
    EventLoop loop_;
    int ready_ = 0;
    std::string status_;
    std::vector<std::string> log_;
};

std::unique_ptr<cluster::StandIn> Following::server_;

const Servers one = {"192.0.2.10:6443"};
const Servers two = {"192.0.2.10:6443", "192.0.2.11:6443"};

TEST_F(Following, TellsHaproxyOfApiServersThatComeAndGo) {
    HaproxyStandIn haproxy(loop_, path("runtime"));
    put_slice("kubernetes", {"192.0.2.10"});
    const Follower follower(loop_, files(), {}, observer());
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == one; }));
    put_slice("kubernetes", {"192.0.2.10", "192.0.2.11"});
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == two; }));
    EXPECT_EQ(read_servers(read_file(path("servers"))), two);
    put_slice("kubernetes", {"192.0.2.10"});
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == one; }));
    EXPECT_THAT(haproxy.said, Contains("shutdown sessions server kube-apiserver/slot2"));
    EXPECT_THAT(haproxy.said, Not(Contains(HasSubstr("slot1 state maint"))));
    ASSERT_TRUE(runs_until([&] { return status_ == "API servers: 192.0.2.10:6443"; }));
    EXPECT_EQ(ready_, 1);
    EXPECT_THAT(log_, Contains("API servers: added 192.0.2.11:6443; removed none"));
}

TEST_F(Following, AddsUpSeveralSlices) {
    HaproxyStandIn haproxy(loop_, path("runtime"));
    put_slice("kubernetes", {"192.0.2.10"});
    put_slice("more", {"192.0.2.11"});
    const Follower follower(loop_, files(), {}, observer());
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == two; }));
    send("DELETE", "/test/slices/more", nullptr);
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == one; }));
}

TEST_F(Following, StartsWithTheLastKnownServersWhileNoneAnswers) {
    write_file_atomically(path("servers"), write_servers(two), {0644, ::geteuid(), ::getegid()});
    HaproxyStandIn haproxy(loop_, path("runtime"));
    auto absent = files();
    absent.kubeconfig = path("kubelet.conf"); // a node that joins has none yet
    const Follower follower(loop_, absent, one, observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    EXPECT_EQ(haproxy.used(), two);
    EXPECT_THAT(status_, HasSubstr("last known API servers: 192.0.2.10:6443, 192.0.2.11:6443; no "
                                   "news: "));
    EXPECT_THAT(status_, HasSubstr("kubelet.conf"));
    put_slice("kubernetes", {"192.0.2.10"});
    write_file_atomically(absent.kubeconfig, read_file(user()), {0600, ::geteuid(), ::getegid()});
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == one; }));
}

TEST_F(Following, KnowsTheFirstServersWithoutAList) {
    HaproxyStandIn haproxy(loop_, path("runtime"));
    send("PUT", "/test/behaviour", {{"refuse", true}});
    const Follower follower(loop_, files(), one, observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    EXPECT_EQ(haproxy.used(), one);
    ASSERT_TRUE(runs_until([&] { return status_.find("not yet allowed") != std::string::npos; }));
    send("PUT", "/test/behaviour", Json::object());
    put_slice("kubernetes", {"192.0.2.10"});
    ASSERT_TRUE(runs_until([&] { return status_ == "API servers: 192.0.2.10:6443"; }));
    EXPECT_EQ(read_servers(read_file(path("servers"))), one) << "what was right is kept too";
}

TEST_F(Following, KeepsTheLastServerWhenTheClusterListsNone) {
    HaproxyStandIn haproxy(loop_, path("runtime"));
    put_slice("kubernetes", {"192.0.2.10"});
    const Follower follower(loop_, files(), {}, observer());
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == one; }));
    put_slice("kubernetes", {});
    put_slice("more", {"192.0.2.10", "192.0.2.11"});
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == two; })) << "the news has come";
    EXPECT_THAT(haproxy.said, Not(Contains(HasSubstr("maint"))));
}

TEST_F(Following, WaitsForHaproxyAndSaysSoOnce) {
    put_slice("kubernetes", {"192.0.2.10"});
    const Follower follower(loop_, files(), {}, observer());
    ASSERT_TRUE(runs_until([&] { return status_.starts_with("waits for haproxy: "); }));
    EXPECT_EQ(ready_, 0);
    HaproxyStandIn haproxy(loop_, path("runtime"));
    ASSERT_TRUE(runs_until([&] { return haproxy.used() == one && ready_ == 1; }));
    EXPECT_EQ(std::ranges::count_if(
                  log_, [](const auto& line) { return line.starts_with("waits for haproxy"); }),
              1);
}

TEST_F(Following, BelievesWhatHaproxyHasDoneAndNotWhatItWasTold) {
    HaproxyStandIn haproxy(loop_, path("runtime"));
    haproxy.is_deaf = true;
    const Follower follower(loop_, files(), one, observer());
    ASSERT_TRUE(runs_until([&] { return status_.find("No such server.") != std::string::npos; }));
    EXPECT_EQ(ready_, 0);
    haproxy.is_deaf = false;
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    EXPECT_EQ(haproxy.used(), one);
}

TEST_F(Following, SaysForWhichServersHaproxyHasNoPlace) {
    HaproxyStandIn haproxy(loop_, path("runtime"));
    const Follower follower(loop_, files(), {"192.0.2.10:1", "192.0.2.11:1", "192.0.2.12:1"},
                            observer());
    ASSERT_TRUE(runs_until([&] { return ready_ == 1; }));
    EXPECT_THAT(log_, Contains(HasSubstr("these are not used: 192.0.2.12:1")));
}

} // namespace
} // namespace k8s_node::endpoints
