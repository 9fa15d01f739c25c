#include "resources/directory_modes.hpp"

#include <array>
#include <filesystem>

#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr std::array passed_directories = {
    "/etc/k8s-node", "/etc/k8s-node/generations", "/etc/kubernetes", "/etc/kubernetes/pki", "/opt",
    "/opt/k8s-node", "/opt/k8s-node/store"};
constexpr auto passable = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
constexpr auto passable_bits = static_cast<mode_t>(passable);

} // namespace

std::vector<Change> check_directories(const Root& root) {
    std::vector<Change> changes;
    for (const auto* path : passed_directories) {
        const auto there = attributes_of(root.at(path));
        if (there && (there->mode & passable_bits) != passable_bits) {
            changes.push_back({ChangeKind::set_mode,
                               path,
                               "its mode " + octal_mode(there->mode) +
                                   " keeps services that do not run as root from their files",
                               {}});
        }
    }
    return changes;
}

void open_directory(const std::string& path, const Root& root) {
    fs::permissions(root.at(path), passable, fs::perm_options::add);
}

} // namespace k8s_node
