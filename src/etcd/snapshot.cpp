#include "etcd/snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include "etcd/snapshot_file.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Below the data directory of a member.
constexpr const char* database = "/member/snap/db";
constexpr const char* extension = ".db";
/// In the names of those from before a change.
constexpr const char* change_mark = "-generation-";
/// "2026-11-28T120000Z", which names begin with.
constexpr std::size_t time_length = 18;

void save(const EtcdMember& etcd, const fs::path& to, EventLoop& loop) {
    run_etcd_tool(etcd, "etcdctl",
                  {"--endpoints=" + etcd.endpoint, "--cacert=" + etcd.ca,
                   "--cert=" + etcd.certificate, "--key=" + etcd.key, "snapshot", "save", to},
                  "save a snapshot of etcd", loop);
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
}

/// Returns the time that the name of a file begins with.
std::optional<std::chrono::sys_seconds> time_in_name(const fs::path& file) {
    auto text = file.filename().string().substr(0, time_length);
    if (text.size() < time_length) {
        return std::nullopt;
    }
    text.insert(13, ":");
    text.insert(16, ":");
    return parse_utc(text);
}

void remove_old(const Root& root) {
    std::size_t seen = 0;
    for (const auto& each : saved_snapshots(root)) {
        if (each.before_change && ++seen > snapshots_kept) {
            fs::remove(each.path);
        }
    }
}

/// Makes the directory, and returns the path of a new snapshot in it: not even two of one second
/// replace each other.
fs::path new_file(const Root& root, const std::string& ending) {
    const auto directory = root.at(paths::snapshots);
    make_directories(directory.parent_path());
    make_directories(directory, 0700);
    const auto name = replace_all(utc_text(utc_now()), ":", "") + ending;
    auto file = directory / (name + extension);
    for (int number = 2; path_exists(file); ++number) {
        file = directory / (name + "-" + std::to_string(number) + extension);
    }
    return file;
}

void remove_unfinished(const fs::path& file) {
    std::error_code ignored;
    fs::remove(file, ignored);
    fs::remove(file.string() + ".part", ignored);
}

} // namespace

std::uint64_t snapshot_bytes(const EtcdMember& etcd, const Root& root) {
    std::error_code error;
    const auto size = fs::file_size(root.at(etcd.data + database), error);
    return error ? 0 : size;
}

namespace {

Snapshot save_to(const fs::path& file, const EtcdMember& etcd, EventLoop& loop) {
    Snapshot snapshot;
    try {
        save(etcd, file, loop);
        snapshot.revision = verify_snapshot(etcd, file, loop).revision;
    } catch (Error& error) {
        remove_unfinished(file);
        error.try_this("check that etcd works (systemctl status " + etcd.unit +
                       ") and that there is space in " + file.parent_path().string());
        throw;
    } catch (...) {
        remove_unfinished(file);
        throw;
    }
    sync_directory(file.parent_path());
    snapshot.path = file;
    snapshot.bytes = fs::file_size(file);
    snapshot.restore =
        "k8s-node-install etcd recover --ignore-preflight EtcdQuorum --snapshot " + file.string();
    return snapshot;
}

} // namespace

Snapshot take_snapshot(const Root& root, const Generation& current, int generation,
                       EventLoop& loop) {
    const auto& provided = current.manifest.provided;
    if (!provided.etcd) {
        throw Error("the current generation has no etcd to take a snapshot of");
    }
    const auto file = new_file(root, change_mark + std::to_string(generation));
    auto snapshot = save_to(file, *provided.etcd, loop);
    remove_old(root);
    return snapshot;
}

Snapshot save_snapshot(const Root& root, const EtcdMember& etcd, const std::string& file,
                       EventLoop& loop) {
    const fs::path path = file.empty() ? new_file(root, "") : fs::path(file);
    if (!path.is_absolute()) {
        throw Error(file + " is no absolute path", ExitStatus::usage);
    }
    if (path_exists(path)) {
        throw Error(path.string() + " exists, and a snapshot replaces nothing", ExitStatus::usage)
            .try_this("another name; without one it gets the time as its name");
    }
    return save_to(path, etcd, loop);
}

std::vector<SavedSnapshot> saved_snapshots(const Root& root) {
    std::vector<SavedSnapshot> snapshots;
    for (const auto& path : directory_entries(root.at(paths::snapshots))) {
        const auto saved = time_in_name(path);
        if (saved && path.extension() == extension) {
            std::error_code error;
            const auto bytes = fs::file_size(path, error);
            snapshots.push_back({path.string(), *saved, error ? 0 : bytes,
                                 path.filename().string().find(change_mark) != std::string::npos});
        }
    }
    std::ranges::sort(snapshots, [](const SavedSnapshot& one, const SavedSnapshot& other) {
        const auto key = [](const SavedSnapshot& each) {
            return std::pair(each.saved, fs::path(each.path).stem().string());
        };
        return key(one) > key(other);
    });
    return snapshots;
}

void verify(SavedSnapshot& snapshot, const EtcdMember& etcd, EventLoop& loop) {
    try {
        snapshot.revision = verify_snapshot(etcd, snapshot.path, loop).revision;
    } catch (const Error& error) {
        snapshot.damage = error.message();
    }
}

std::vector<SavedSnapshot> expired_snapshots(std::vector<SavedSnapshot> snapshots,
                                             const Retention& retention,
                                             std::chrono::sys_seconds now) {
    std::size_t seen = 0;
    std::erase_if(snapshots, [&](const SavedSnapshot& each) {
        if (each.before_change || ++seen == 1) {
            return true;
        }
        const bool too_many = retention.count != 0 && seen > retention.count;
        const bool too_old = retention.age && now - each.saved > *retention.age;
        return !too_many && !too_old;
    });
    return snapshots;
}

} // namespace k8s_node
