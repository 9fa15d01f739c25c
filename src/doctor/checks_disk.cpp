#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include "doctor/subject.hpp"
#include "host/checks.hpp"
#include "host/nearest_existing.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t least_space = 100'000'000; ///< more than one file of etcd's log (64 MB)
constexpr std::size_t block = 2300;                ///< about one entry of etcd's log
constexpr std::size_t most_writes = 100;
constexpr std::chrono::milliseconds budget{600};
/// etcd recommends 10 ms (99th percentile); the median is judged, since other load on the machine
/// is not the disk's fault.
constexpr Milliseconds slow{10};
constexpr Milliseconds hopeless{100}; ///< etcd's heartbeat interval

/// Returns how long each write took until it was durable, shortest first.
std::vector<Milliseconds> measure(int fd, const std::string& place) {
    const std::string data(block, 'x');
    std::vector<Milliseconds> times;
    const auto end = Clock::now() + budget;
    while (times.size() < most_writes && Clock::now() < end) {
        const auto begin = Clock::now();
        write_all(fd, data, place);
        if (::fdatasync(fd) < 0) {
            throw system_error(errno, "make a write to " + place + " durable");
        }
        times.emplace_back(Clock::now() - begin);
    }
    std::ranges::sort(times);
    return times;
}

} // namespace

Answer check_etcd_disk(const Subject& subject) {
    const std::string name = "EtcdDisk";
    if (subject.etcd_data.empty()) {
        return {{}, {{name, "this node has no member of etcd"}}, {}};
    }
    const auto place = host::nearest_existing(subject.root.at(subject.etcd_data)).string();
    struct statvfs room {};
    if (::statvfs(place.c_str(), &room) < 0) {
        throw system_error(errno, "inspect the file system of " + place);
    }
    if (const auto free = std::uint64_t{room.f_bavail} * room.f_frsize; free < least_space) {
        return {{{"DiskSpace-" + host::path_in_name(subject.etcd_data), Severity::error,
                  "the file system of " + subject.etcd_data + " has " + human_bytes(free) +
                      " free: etcd takes no more writes when it is full, and nothing in the "
                      "cluster can change",
                  "free space there, or mount a larger file system"}}};
    }
    const UniqueFd fd(::open(place.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (!fd) {
        throw system_error(errno, "measure the disk of etcd: create a file in " + place);
    }
    return judge_etcd_disk(place, measure(fd.get(), place));
}

Answer judge_etcd_disk(const std::string& place, const std::vector<Milliseconds>& times) {
    const std::string name = "EtcdDisk";
    const auto median = times[times.size() / 2];
    const auto what =
        fmt::format("of {} writes to {}, half took longer than {:.1f} ms to be durable "
                    "(fsync), the longest {:.1f} ms",
                    times.size(), place, median.count(), times.back().count());
    if (median > slow) {
        return {{{name, median > hopeless ? Severity::error : Severity::warning,
                  what + "; etcd needs less than 10 ms, or its leader changes and the API is slow",
                  "give " + place +
                      " a disk of its own, an SSD; move other writers away from it (iotop)"}}};
    }
    return {{}, {{name, what}}, {}};
}

} // namespace k8s_node::doctor
