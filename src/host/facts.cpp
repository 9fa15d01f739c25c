#include "host/facts.hpp"

#include <array>
#include <linux/capability.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host/addresses.hpp"
#include "host/nearest_existing.hpp"
#include "host/proc_text.hpp"
#include "support/text.hpp"

namespace k8s_node::host {

namespace fs = std::filesystem;

namespace {

std::string text_or_empty(const Root& root, const char* path) {
    return read_file_if_exists(root.at(path)).value_or("");
}

void observe_kernel(Facts& facts) {
    utsname name{};
    if (::uname(&name) == 0) {
        facts.architecture = architecture_name(name.machine);
        facts.kernel_release = name.release;
        facts.hostname = name.nodename;
    }
    const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
    facts.cpus = online > 0 ? static_cast<unsigned>(online) : 0;
}

void observe_network(Facts& facts) {
    facts.addresses = observe_addresses();
    for (const int family : {AF_INET, AF_INET6}) {
        const auto address = observe_default_address(family);
        const auto interface = address ? interface_of(facts.addresses, *address) : std::nullopt;
        if (interface) {
            (family == AF_INET ? facts.default_address : facts.default_address_ipv6) = *address;
            facts.default_interface =
                facts.default_interface.empty() ? *interface : facts.default_interface;
        }
    }
}

/// Finds the version without the bus, in the name of systemd's private library.
int observe_systemd_version(const Root& root) {
    std::vector<fs::path> directories{"/usr/lib/systemd", "/lib/systemd", "/usr/lib64/systemd"};
    for (const auto& path : directory_entries(root.at("/usr/lib"))) {
        if (path.filename().string().ends_with("-linux-gnu")) {
            directories.push_back("/usr/lib" / path.filename() / "systemd");
        }
    }
    for (const auto& directory : directories) {
        for (const auto& path : directory_entries(root.at(directory))) {
            if (const auto version = parse_systemd_version(path.filename().string())) {
                return *version;
            }
        }
    }
    return 0;
}

/// True if a kernel setting can be written. One that does not exist yet (its module is not
/// loaded) can, unless its file system is read-only.
bool is_tunable(const fs::path& path) {
    const auto existing = nearest_existing(path);
    if (existing == path) {
        return ::access(path.c_str(), W_OK) == 0;
    }
    struct statvfs info {};
    return ::statvfs(existing.c_str(), &info) == 0 && (info.f_flag & ST_RDONLY) == 0;
}

void observe_limits(const Root& root, Facts& facts) {
    facts.memory_bytes = parse_memory_total(text_or_empty(root, "/proc/meminfo")).value_or(0);
    facts.swap_on = !parse_swaps(text_or_empty(root, "/proc/swaps")).empty();
    facts.conntrack_tunable = is_tunable(root.at("/proc/sys/net/netfilter/nf_conntrack_max")) &&
                              is_tunable(root.at("/sys/module/nf_conntrack/parameters/hashsize"));
    if (const auto set = parse_bounding_set(text_or_empty(root, "/proc/self/status"))) {
        facts.may_lower_oom_score = has_capability(*set, CAP_SYS_RESOURCE);
    }
    if (const auto layout = parse_cgroup_layout(text_or_empty(root, "/proc/self/mountinfo"))) {
        facts.cgroup = *layout;
    }
}

void observe_system(const Root& root, Facts& facts) {
    const auto local = read_file_if_exists(root.at("/etc/os-release"));
    facts.os = parse_os_release(local ? *local : text_or_empty(root, "/usr/lib/os-release"));
    facts.container = trim(text_or_empty(root, "/run/systemd/container"));
    std::error_code error;
    facts.systemd_booted =
        fs::is_directory(fs::symlink_status(root.at("/run/systemd/system"), error));
    facts.systemd_version = observe_systemd_version(root);
    // systemd-resolved puts a loopback stub into /etc/resolv.conf, which is a different host
    // inside a pod; this file names the real servers.
    constexpr const char* resolved = "/run/systemd/resolve/resolv.conf";
    facts.resolv_conf = attributes_of(root.at(resolved)) ? resolved : "/etc/resolv.conf";
    facts.has_name_server =
        !parse_name_servers(text_or_empty(root, facts.resolv_conf.c_str())).empty();
}

} // namespace

Facts observe_facts(const Root& root) {
    Facts facts;
    observe_kernel(facts);
    observe_network(facts);
    observe_limits(root, facts);
    observe_system(root, facts);
    return facts;
}

} // namespace k8s_node::host
