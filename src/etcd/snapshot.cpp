#include "etcd/snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include <nlohmann/json.hpp>

#include "loop/program_run.hpp"
#include "model/node_spec.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Below the data directory of a member.
constexpr const char* database = "/member/snap/db";
/// Enough for gigabytes on a slow disk; etcdctl gives up sooner if the server does not answer.
constexpr auto save_deadline = std::chrono::minutes(5);

/// etcdutl works on files as etcdctl does on servers.
std::string file_tool(const EtcdMember& etcd) {
    return etcd.tools + "/etcdutl";
}

std::string run(const std::vector<std::string>& argv, const std::string& what,
                const EtcdMember& etcd, EventLoop& loop) {
    const auto result = run_program(loop, argv, save_deadline);
    if (result.status != 0) {
        Error error("could not " + what + ": " + fs::path(argv.front()).filename().string() +
                    " exited " + std::to_string(result.status));
        for (const auto& line : split_lines(result.errors)) {
            error.with_detail(line);
        }
        throw error.try_this("check that etcd works (systemctl status " + etcd.unit +
                             ") and that there is "
                             "space in " +
                             std::string(paths::snapshots));
    }
    return result.output;
}

void save(const EtcdMember& etcd, const fs::path& to, EventLoop& loop) {
    run({etcd.tools + "/etcdctl", "--endpoints=" + etcd.endpoint, "--cacert=" + etcd.ca,
         "--cert=" + etcd.certificate, "--key=" + etcd.key, "snapshot", "save", to},
        "save a snapshot of etcd", etcd, loop);
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
}

/// Reads the file back and returns its revision. Throws Error if it is not a complete snapshot.
std::int64_t verify(const EtcdMember& etcd, const fs::path& file, EventLoop& loop) {
    const auto told = run({file_tool(etcd), "snapshot", "status", file, "--write-out=json"},
                          "read back the snapshot of etcd", etcd, loop);
    const auto status = nlohmann::json::parse(told, nullptr, /*allow_exceptions=*/false);
    if (!status.is_object() || status.value("totalKey", 0) == 0) {
        throw Error("the snapshot of etcd is empty: " + std::string(trim(told)));
    }
    return status.value("revision", std::int64_t{0});
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

/// Returns the commands of an operator that replace the member's data with the snapshot. Clients
/// that watch the API server, on any node, hold newer revisions than the snapshot: a revision above
/// all of those, with the older ones compacted, makes them list anew (etcdutl snapshot restore
/// --help).
std::string restore_text(const Provided& provided, const fs::path& file) {
    const auto& etcd = *provided.etcd;
    const auto& data = etcd.data;
    const auto server = provided.api_server ? " " + provided.api_server->unit : "";
    const auto owner = etcd.user.empty() ? "" : " && chown -R " + etcd.user + ": " + data;
    return "systemctl stop k8s-node.target" + server + " " + etcd.unit + " && mv " + data + " " +
           data + ".before && " + file_tool(etcd) + " snapshot restore " + file.string() +
           " --bump-revision=1000000000 --mark-compacted --data-dir=" + data + " " +
           join(etcd.identity, " ") + owner + " && systemctl start k8s-node.target";
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
        snapshot.revision = verify(*provided.etcd, file, loop);
    } catch (...) {
        std::error_code ignored;
        fs::remove(file, ignored);
        fs::remove(file.string() + ".part", ignored);
        throw;
    }
    sync_directory(directory);
    remove_old(directory);
    snapshot.path = file;
    snapshot.bytes = fs::file_size(file);
    snapshot.restore = restore_text(provided, file);
    return snapshot;
}

} // namespace k8s_node
