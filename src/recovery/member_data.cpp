#include "recovery/member_data.hpp"

#include <algorithm>
#include <cerrno>
#include <pwd.h>
#include <unistd.h>

#include "loop/worker.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Copies one thing; what is in a directory comes later.
void copy_one(const fs::path& from, const fs::path& to) {
    const auto attributes = attributes_of(from);
    if (fs::is_directory(from)) {
        fs::create_directory(to);
    } else {
        fs::copy_file(from, to);
    }
    if (attributes && ::lchown(to.c_str(), attributes->uid, attributes->gid) != 0) {
        throw system_error(errno, "give " + to.string() + " its owner");
    }
    fs::permissions(to, static_cast<fs::perms>(attributes.value_or(FileAttributes{}).mode));
}

void copy_tree(const fs::path& from, const fs::path& to, const std::stop_token& end) {
    copy_one(from, to);
    for (const auto& entry : fs::recursive_directory_iterator(from)) {
        if (end.stop_requested()) {
            return;
        }
        copy_one(entry.path(), to / entry.path().lexically_relative(from));
    }
}

/// A user without an entry cannot run etcd either, which its start will say.
void give_to(const std::string& user, const fs::path& tree) {
    const auto* entry = user.empty() ? nullptr : ::getpwnam(user.c_str());
    if (entry == nullptr) {
        return;
    }
    const auto give = [&](const fs::path& path) {
        if (::lchown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
            throw system_error(errno, "give " + path.string() + " to " + user);
        }
    };
    give(tree);
    for (const auto& each : fs::recursive_directory_iterator(tree)) {
        give(each.path());
    }
}

} // namespace

fs::path restored_data(const EtcdMember& etcd, const Root& root) {
    return root.at(etcd.data) / "recovery.new";
}

fs::path member_data(const EtcdMember& etcd, const Root& root) {
    return root.at(etcd.data) / "member";
}

bool has_member_data(const EtcdMember& etcd, const Root& root) {
    const auto entries = directory_entries(member_data(etcd, root) / "wal");
    return std::ranges::any_of(entries,
                               [](const auto& path) { return path.extension() == ".wal"; });
}

std::uint64_t member_data_bytes(const EtcdMember& etcd, const Root& root) {
    std::uint64_t bytes = 0;
    std::error_code ignored;
    for (const auto& entry : fs::recursive_directory_iterator(member_data(etcd, root), ignored)) {
        bytes += entry.is_regular_file(ignored) ? entry.file_size(ignored) : 0;
    }
    return bytes;
}

void copy_member_data(const EtcdMember& etcd, const Root& root, const fs::path& copy,
                      EventLoop& loop) {
    const auto from = member_data(etcd, root);
    if (!path_exists(from) || path_exists(copy)) {
        return;
    }
    make_directories(copy.parent_path().parent_path());
    make_directories(copy.parent_path(), 0700);
    const fs::path staging = copy.string() + ".part";
    fs::remove_all(staging);
    make_directories(staging, 0700);
    bool is_published = false;
    run_in_worker(loop, [&](const std::stop_token& end) {
        copy_tree(from, staging / from.filename(), end);
        is_published = !end.stop_requested() && publish_directory(staging, copy);
    });
    loop.throw_if_to_end();
    if (!is_published) {
        throw Error("the copy of " + from.string() + " could not be put at " + copy.string() +
                    ": something is there already");
    }
}

void use_restored_data(const EtcdMember& etcd, const Root& root) {
    const auto restored = restored_data(etcd, root);
    const auto data = member_data(etcd, root);
    if (path_exists(restored / data.filename())) {
        give_to(etcd.user, restored);
        fs::remove_all(data);
        fs::rename(restored / data.filename(), data);
        sync_directory(data.parent_path());
    }
    fs::remove_all(restored);
}

} // namespace k8s_node
