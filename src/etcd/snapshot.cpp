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
void save(const EtcdMember& etcd, const fs::path& to, EventLoop& loop) {
    run_etcd_tool(etcd, "etcdctl",
                  {"--endpoints=" + etcd.endpoint, "--cacert=" + etcd.ca,
                   "--cert=" + etcd.certificate, "--key=" + etcd.key, "snapshot", "save", to},
                  "save a snapshot of etcd", loop);
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
}

void remove_old(const fs::path& directory) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().extension() == ".db") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end()); // by time, which their names begin with
    for (std::size_t i = 0; i + snapshots_kept < files.size(); ++i) {
        fs::remove(files[i]);
    }
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

Snapshot take_snapshot(const Root& root, const Generation& current, int generation,
                       EventLoop& loop) {
    const auto& provided = current.manifest.provided;
    if (!provided.etcd) {
        throw Error("the current generation has no etcd to take a snapshot of");
    }
    const auto directory = root.at(paths::snapshots);
    make_directories(directory.parent_path());
    make_directories(directory, 0700);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto file = directory / (replace_all(utc_text(now), ":", "") + "-generation-" +
                                   std::to_string(generation) + ".db");
    Snapshot snapshot;
    try {
        save(*provided.etcd, file, loop);
        snapshot.revision = verify_snapshot(*provided.etcd, file, loop).revision;
    } catch (Error& error) {
        remove_unfinished(file);
        error.try_this("check that etcd works (systemctl status " + provided.etcd->unit +
                       ") and that there is space in " + std::string(paths::snapshots));
        throw;
    } catch (...) {
        remove_unfinished(file);
        throw;
    }
    sync_directory(directory);
    remove_old(directory);
    snapshot.path = file;
    snapshot.bytes = fs::file_size(file);
    snapshot.restore =
        "k8s-node-install etcd recover --ignore-preflight EtcdQuorum --snapshot " + file.string();
    return snapshot;
}

} // namespace k8s_node
