#include "wanted_tree.hpp"

#include <unistd.h>

#include "support/files.hpp"

namespace k8s_node::demo {

namespace fs = std::filesystem;

namespace {

bool is_of_its_kind(const fs::path& path, ItemKind kind) {
    std::error_code ignored;
    switch (fs::symlink_status(path, ignored).type()) {
    case fs::file_type::directory:
        return kind == ItemKind::directory;
    case fs::file_type::regular:
        return kind == ItemKind::file;
    case fs::file_type::symlink:
        return kind == ItemKind::link;
    default:
        return false;
    }
}

} // namespace

const std::vector<Item>& wanted_tree() {
    static const std::vector<Item> items = {
        {ItemKind::directory, "etc", {}, 0755},
        {ItemKind::directory, "etc/sub", {}, 0755},
        {ItemKind::file, "etc/one.conf", "one = 1\n", 0644},
        {ItemKind::file, "etc/two.conf", std::string(10'000, '2'), 0600},
        {ItemKind::file, "etc/sub/three.conf", "three = 3\n", 0640},
        {ItemKind::link, "etc/current", "sub/three.conf", 0},
    };
    return items;
}

bool is_converged(const fs::path& root, const Item& item) {
    const auto path = root / item.path;
    if (!is_of_its_kind(path, item.kind)) {
        return false;
    }
    std::error_code failed;
    if (item.kind == ItemKind::link) {
        return fs::read_symlink(path, failed) == item.content;
    }
    const auto attributes = attributes_of(path);
    const bool has_mode = attributes && attributes->mode == item.mode;
    return item.kind == ItemKind::directory ? has_mode
                                            : has_mode && read_file_if_exists(path) == item.content;
}

void mend(const fs::path& root, const Item& item) {
    const auto path = root / item.path;
    if (!is_of_its_kind(path, item.kind)) {
        fs::remove_all(path);
    }
    switch (item.kind) {
    case ItemKind::directory:
        make_directories(path, item.mode);
        fs::permissions(path, static_cast<fs::perms>(item.mode));
        break;
    case ItemKind::file:
        write_file_atomically(path, item.content, {item.mode, ::geteuid(), ::getegid()});
        break;
    case ItemKind::link:
        replace_symlink(item.content, path);
        break;
    }
}

} // namespace k8s_node::demo
