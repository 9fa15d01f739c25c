#include <fstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/checks.hpp"
#include "host/proc_text.hpp"
#include "support/text.hpp"

namespace k8s_node::host {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

auto finding(Severity severity, const std::string& name, const std::string& part,
             const std::string& hint = "") {
    return AllOf(Field(&Finding::name, name), Field(&Finding::severity, severity),
                 Field(&Finding::message, HasSubstr(part)),
                 Field(&Finding::hint, AllOf(Not(IsEmpty()), HasSubstr(hint))));
}

auto error(const std::string& name, const std::string& part, const std::string& hint = "") {
    return finding(Severity::error, name, part, hint);
}

auto warning(const std::string& name, const std::string& part, const std::string& hint = "") {
    return finding(Severity::warning, name, part, hint);
}

/// A machine's files in a directory of their own.
class ReliedOn : public testing::Test {
protected:
    ReliedOn() { std::filesystem::create_directories(directory_); }
    ~ReliedOn() override { std::filesystem::remove_all(directory_); }
    ReliedOn(const ReliedOn&) = delete;
    ReliedOn& operator=(const ReliedOn&) = delete;
    ReliedOn(ReliedOn&&) = delete;
    ReliedOn& operator=(ReliedOn&&) = delete;

    void write(const std::string& path, const std::string& text) const {
        std::filesystem::create_directories(root_.at(path).parent_path());
        std::ofstream(root_.at(path)) << text;
    }

    [[nodiscard]] const Root& root() const { return root_; }

private:
    std::filesystem::path directory_ =
        testing::TempDir() + "/relied-on-" + std::to_string(::getpid());
    Root root_{directory_};
};

TEST_F(ReliedOn, TheFirstNetworkConfigurationByNameIsOurs) {
    const std::string ours = "/etc/cni/net.d/10-k8s-node.conflist";
    write(ours, "{}");
    write("/etc/cni/net.d/20-later.conf", "{}");
    write("/etc/cni/net.d/00-backup.conflist.disabled", "{}");
    EXPECT_THAT(observe_first_file(root(), ours).before, IsEmpty());
    write("/etc/cni/net.d/05-other.json", "{}");
    write("/etc/cni/net.d/0-first.conf", "{}");
    const auto seen = observe_first_file(root(), ours);
    EXPECT_THAT(seen.before,
                ElementsAre("/etc/cni/net.d/0-first.conf", "/etc/cni/net.d/05-other.json"));
    EXPECT_THAT(check_first_file(seen, {"/etc/cni/net.d/0-first.conf"}),
                ElementsAre(error("CniConfiguration", "05-other.json sorts before " + ours)));
}

TEST_F(ReliedOn, ADirectoryOfNetworksThatCannotBeListedMayHoldAnother) {
    const std::string ours = "/etc/cni/net.d/10-k8s-node.conflist";
    make_directories(root().at("/etc/cni"));
    std::filesystem::create_symlink("net.d", root().at("/etc/cni/net.d"));
    EXPECT_THAT(check_first_file(observe_first_file(root(), ours), {}),
                ElementsAre(error("CniConfiguration", "Too many levels of symbolic links")));
}

TEST_F(ReliedOn, NoDirectoryOfNetworksIsInNobodysWay) {
    EXPECT_THAT(observe_first_file(root(), "/etc/cni/net.d/10-k8s-node.conflist").before,
                IsEmpty());
}

TEST_F(ReliedOn, TheResolverNamesServersThatPodsReach) {
    const std::string path = "/etc/resolv.conf";
    const auto check = [&] { return check_resolver(observe_resolver(root(), path)); };
    EXPECT_THAT(check(), ElementsAre(error("ResolvConf", path, "nameserver")));
    write(path, "# nothing\nsearch example.org\n");
    EXPECT_THAT(check(), ElementsAre(warning("ResolvConf", "names no name server")));
    write(path, "nameserver 192.0.2.53\noptions edns0\nnameserver 2001:db8::53\n");
    EXPECT_THAT(check(), IsEmpty());
    for (const auto* loop : {"127.0.0.53", "127.0.0.1", "::1"}) {
        write(path, std::string("nameserver 192.0.2.53\nnameserver ") + loop + "\n");
        EXPECT_THAT(check(), ElementsAre(warning("ResolvConf", loop))) << loop;
    }
    write(path, "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n"
                "nameserver 192.0.2.4\n");
    EXPECT_THAT(check(), ElementsAre(warning("ResolvConf", "names 4 name servers")));
}

TEST(CheckBridge, MayBeMissingOrHaveTheFirstAddressOfTheNetwork) {
    BridgeSeen seen{{"cni0", "10.244.0.0/24"}, false, false, {}};
    EXPECT_THAT(check_bridge(seen), IsEmpty());
    seen.exists = seen.is_bridge = true;
    EXPECT_THAT(check_bridge(seen), IsEmpty());
    seen.addresses = {"10.244.0.1/24"};
    EXPECT_THAT(check_bridge(seen), IsEmpty());
    for (const auto* other : {"10.99.0.1/24", "10.244.0.1/16", "10.244.0.2/24"}) {
        seen.addresses = {other};
        EXPECT_THAT(check_bridge(seen), ElementsAre(error("PodBridge-cni0", "not 10.244.0.1/24",
                                                          "ip link delete cni0")))
            << other;
    }
}

TEST(CheckBridge, IsABridge) {
    EXPECT_THAT(check_bridge({{"cni0", "10.244.0.0/24"}, true, false, {}}),
                ElementsAre(error("PodBridge-cni0", "is not a bridge")));
}

TEST(ObserveBridge, LooksAtTheInterfacesOfThisMachine) {
    const auto loopback = observe_bridge(Root(), {"lo", "127.0.0.0/8"});
    EXPECT_TRUE(loopback.exists);
    EXPECT_FALSE(loopback.is_bridge);
    EXPECT_THAT(loopback.addresses, Contains("127.0.0.1/8"));
    EXPECT_FALSE(observe_bridge(Root(), {"no-such-link", "10.0.0.0/24"}).exists);
}

DirectorySeen roomy(DirectoryReliance wanted) {
    return {std::move(wanted), "/var", {"rw", "exec", "suid", "dev"}, "", 1000, 1000, true};
}

TEST(CheckDirectory, WantsMountOptions) {
    auto seen = roomy({"/var/lib/x", {"rw", "exec"}, {"dev"}, {}, 0, 0});
    EXPECT_THAT(check_directory(seen), IsEmpty());
    seen.options = {"suid"};
    EXPECT_THAT(check_directory(seen),
                ElementsAre(error("MountOption--var-lib-x", "mounted at /var) is mounted ro"),
                            error("MountOption--var-lib-x", "noexec", "remount,exec /var"),
                            warning("MountOption--var-lib-x", "nodev")));
}

TEST(CheckDirectory, WantsAFileSystemOfItsOwnKind) {
    auto seen = roomy({"/var/lib/x", {}, {}, {"overlay"}, 0, 0});
    EXPECT_THAT(check_directory(seen), IsEmpty());
    seen.kind = "overlay";
    EXPECT_THAT(check_directory(seen), ElementsAre(error("FileSystem--var-lib-x", "overlay")));
}

TEST(CheckDirectory, WantsBytesAndInodes) {
    auto seen = roomy({"/var/lib/x", {}, {}, {}, 1001, 1001});
    EXPECT_THAT(check_directory(seen), ElementsAre(error("DiskSpace--var-lib-x", " free; it needs"),
                                                   error("FreeInodes--var-lib-x", "1000 more")));
    seen.counts_inodes = false; // btrfs makes them as needed
    EXPECT_THAT(check_directory(seen), ElementsAre(error("DiskSpace--var-lib-x", "needs")));
}

TEST(ObserveDirectory, LooksAtTheNearestOneThatIsThere) {
    const auto seen = observe_directory(Root(), {"/proc/none/of/this", {}, {}, {}, 0, 0});
    EXPECT_EQ(seen.mount_point, "/proc");
    EXPECT_THAT(seen.options, Contains("rw"));
}

TEST(ObserveSockets, NamesWhoListens) {
    const auto path = testing::TempDir() + "/relied-" + std::to_string(::getpid()) + ".sock";
    const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), path.size());
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const auto look = [&] { return observe_sockets(Root(), {path}).at(0); };
    EXPECT_FALSE(look().listens);
    ASSERT_EQ(::listen(fd.get(), 1), 0);
    const auto seen = look();
    ::unlink(path.c_str());
    EXPECT_TRUE(seen.listens);
    EXPECT_THAT(seen.holders, Contains(Field(&SocketHolder::pid, ::getpid())));
    const auto process = std::to_string(::getpid());
    EXPECT_THAT(check_socket({path, true, {{::getpid(), "host_test", {}}}}, {"containerd.service"}),
                ElementsAre(error("Socket-" + replace_all(path, "/", "-"), process, process)));
}

TEST(CheckSocket, OursMayListen) {
    const SocketSeen seen{"/run/x.sock", true, {{7, "x", {"x.service"}}}};
    EXPECT_THAT(check_socket(seen, {"x.service"}), IsEmpty());
    EXPECT_THAT(check_socket(seen, {"y.service"}),
                ElementsAre(error("Socket--run-x.sock", "x (process 7, x.service)",
                                  "systemctl disable --now x.service")));
    EXPECT_THAT(check_socket({"/run/x.sock", true, {}}, {}),
                ElementsAre(error("Socket--run-x.sock", "without a visible process")));
}

TEST(CheckConflicts, NamesThoseThatRun) {
    EXPECT_THAT(check_conflicts({{"a.service", "it is a", Severity::warning},
                                 {"b.service", "it is b", Severity::error},
                                 {"c.service", "it is c", Severity::error}},
                                {"a.service", "b.service"}),
                ElementsAre(warning("ForeignService-a.service", "it is a"),
                            error("ForeignService-b.service", "it is b")));
}

TEST(ParseMountPoints, UndoesTheKernelsBlanks) {
    EXPECT_THAT(parse_mount_points("22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda rw\n"
                                   "23 22 0:5 /x /a\\040b ro - tmpfs none rw\ntorn line\n"),
                ElementsAre("/", "/a b"));
}

TEST(ParseListeningSockets, PassesOverThoseThatOnlyTalk) {
    EXPECT_THAT(parse_listening_sockets(
                    "Num       RefCount Protocol Flags    Type St Inode Path\n"
                    "0000000000000000: 00000002 00000000 00010000 0001 01 11 /run/listens\n"
                    "0000000000000000: 00000003 00000000 00000000 0001 03 12 /run/talks\n"
                    "0000000000000000: 00000002 00000000 00010000 0001 01 13\n"
                    "torn"),
                UnorderedElementsAre(Pair("/run/listens", 11U)));
}

} // namespace
} // namespace k8s_node::host
