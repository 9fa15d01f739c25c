#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <sys/statvfs.h>

#include "doctor/subject.hpp"
#include "host/nearest_existing.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t least_instances = 128;
constexpr std::int64_t least_watches = 8192;
/// Shares of free space, in per cent, below which kubelet evicts pods unless it is configured
/// otherwise.
constexpr std::array<std::pair<const char*, unsigned>, 2> evicting_shares = {
    {{"/var/lib/kubelet", 10}, {"/var/lib/containerd", 15}}};
constexpr std::int64_t nearly_full = 85; ///< per cent

std::optional<std::int64_t> number_in(const Root& root, const std::string& path) {
    const auto text = read_file_if_exists(root.at(path));
    return text ? parse_integer(trim(*text)) : std::nullopt;
}

bool is_inotify(const fs::path& descriptor) {
    std::error_code ignored;
    return fs::read_symlink(descriptor, ignored) == "anon_inode:inotify";
}

/// Counts the inotify instances of root's processes, as far as they are visible.
std::int64_t instances_of_root(const Root& root) {
    std::int64_t instances = 0;
    std::error_code error;
    for (const auto& process : fs::directory_iterator(root.at("/proc"), error)) {
        if (!parse_integer(process.path().filename().string()) ||
            attributes_of(process.path()).value_or(FileAttributes{0, 1, 1}).uid != 0) {
            continue;
        }
        for (const auto& descriptor : fs::directory_iterator(process.path() / "fd", error)) {
            instances += is_inotify(descriptor.path()) ? 1 : 0;
        }
    }
    return instances;
}

std::string of(std::int64_t used, std::int64_t limit) {
    return std::to_string(used) + " of " + std::to_string(limit);
}

bool is_nearly_full(std::int64_t used, std::int64_t limit) {
    return limit > 0 && used * 100 >= limit * nearly_full;
}

/// Returns the areas of fstab(5) that systemd turns on at boot.
std::vector<std::string> swaps_of_fstab(const Root& root) {
    std::vector<std::string> areas;
    const auto text = read_file_if_exists(root.at("/etc/fstab")).value_or("");
    for (const auto& line : split_lines(text)) {
        const auto words = words_of(line);
        if (words.size() >= 3 && !words[0].starts_with("#") && words[2] == "swap" &&
            (words.size() < 4 || !contains(split(words[3], ','), "noauto"))) {
            areas.push_back(words[0]);
        }
    }
    return areas;
}

} // namespace

Answer check_swap_at_boot(const Subject& subject) {
    const std::string name = "SwapAtBoot";
    if (!subject.runs_pods || !subject.refuses_swap) {
        return {{}, {{name, "this node may have swap"}}, {}};
    }
    if (const auto areas = swaps_of_fstab(subject.root); !areas.empty()) {
        return {{{name, Severity::warning,
                  "/etc/fstab turns on swap at the next boot (" + join(areas, ", ") +
                      "), with which kubelet does not start",
                  "remove the line from /etc/fstab, or set kubelet.fail_swap_on: false"}}};
    }
    for (const auto* path : {"/etc/systemd/zram-generator.conf",
                             "/usr/lib/systemd/zram-generator.conf", "/etc/default/zramswap"}) {
        const auto text = read_file_if_exists(subject.root.at(path));
        if (text && !trim(*text).empty()) {
            return {{{name, Severity::warning,
                      std::string(path) + " makes swap in memory at the next boot, with which "
                                          "kubelet does not start",
                      "remove the package (zram-generator, zram-tools), or set "
                      "kubelet.fail_swap_on: false"}}};
        }
    }
    return {{}, {{name, "nothing turns on swap at boot"}}, {}};
}

Answer check_inotify(const Subject& subject) {
    const std::string name = "InotifyLimits";
    const auto& root = subject.root;
    const auto instances = number_in(root, "/proc/sys/fs/inotify/max_user_instances");
    const auto watches = number_in(root, "/proc/sys/fs/inotify/max_user_watches");
    if (!instances || !watches) {
        return {{}, {}, {{name, "the kernel does not tell its limits of inotify"}}};
    }
    const std::string remedy = "raise fs.inotify.max_user_instances (8192) and "
                               "fs.inotify.max_user_watches (524288) in /etc/sysctl.d, then: "
                               "sysctl --system; an install does so";
    if (*instances < least_instances || *watches < least_watches) {
        return {{{name, Severity::warning,
                  "the limits of inotify are low: " + std::to_string(*instances) +
                      " instances and " + std::to_string(*watches) +
                      " watches for each user; kubelet and kubectl logs -f fail with 'too many "
                      "open files'",
                  remedy}}};
    }
    const auto used = instances_of_root(root);
    if (is_nearly_full(used, *instances)) {
        return {{{name, Severity::warning,
                  "root uses " + of(used, *instances) + " instances of inotify", remedy}}};
    }
    return {{}, {{name, "root uses " + of(used, *instances) + " instances"}}, {}};
}

Answer check_conntrack(const Subject& subject) {
    const std::string name = "Conntrack";
    const auto used = number_in(subject.root, "/proc/sys/net/netfilter/nf_conntrack_count");
    const auto limit = number_in(subject.root, "/proc/sys/net/netfilter/nf_conntrack_max");
    if (!used || !limit) {
        return {{}, {{name, "connections are not tracked yet"}}, {}};
    }
    if (is_nearly_full(*used, *limit)) {
        return {{{name, Severity::error,
                  "the kernel tracks " + of(*used, *limit) +
                      " connections; when the table is full, it drops packets",
                  "raise net.netfilter.nf_conntrack_max: kube-proxy.conntrack_max_per_core in "
                  "node.yaml; find who opens so many (conntrack -L)"}}};
    }
    return {{}, {{name, of(*used, *limit) + " connections"}}, {}};
}

Answer check_file_handles(const Subject& subject) {
    const std::string name = "FileHandles";
    const auto words =
        words_of(trim(read_file_if_exists(subject.root.at("/proc/sys/fs/file-nr")).value_or("")));
    if (words.size() != 3) {
        return {{}, {}, {{name, "the kernel does not tell how many files are open"}}};
    }
    const auto used = parse_integer(words[0]).value_or(0);
    const auto limit = parse_integer(words[2]).value_or(0);
    if (is_nearly_full(used, limit)) {
        return {{{name, Severity::error, of(used, limit) + " file handles of the kernel are in use",
                  "raise fs.file-max in /etc/sysctl.d; find who holds them (lsof)"}}};
    }
    return {{}, {{name, std::to_string(used) + " open"}}, {}};
}

std::vector<DiskShare> observe_disks(const Root& root) {
    std::vector<DiskShare> shares;
    for (const auto& [place, least] : evicting_shares) {
        const auto path = host::nearest_existing(root.at(place));
        struct statvfs room {};
        if (::statvfs(path.c_str(), &room) < 0) {
            throw system_error(errno, "inspect the file system of " + path.string());
        }
        const auto percent = room.f_blocks == 0 ? 100 : room.f_bavail * 100 / room.f_blocks;
        shares.push_back({place, static_cast<unsigned>(percent)});
    }
    return shares;
}

Answer check_disk_pressure(const Subject& subject) {
    const std::string name = "DiskPressure";
    Findings findings;
    for (const auto& [place, percent] : subject.disks) {
        const auto* const limit = std::ranges::find(
            evicting_shares, place, [](const auto& one) { return std::string(one.first); });
        if (subject.runs_pods && limit != evicting_shares.end() && percent < limit->second) {
            findings.push_back({name, Severity::warning,
                                "the file system of " + place + " has " + std::to_string(percent) +
                                    " % free; below " + std::to_string(limit->second) +
                                    " % kubelet evicts pods",
                                "free space there (crictl rmi --prune), or mount a larger one"});
        }
    }
    return {findings, {{name, "there is space above kubelet's thresholds"}}, {}};
}

} // namespace k8s_node::doctor
