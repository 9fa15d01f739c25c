#include "resources/directory_resource.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "support/text.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr std::array passed_directories = {
    "/etc/k8s-node", "/etc/k8s-node/generations", "/etc/kubernetes", "/etc/kubernetes/pki", "/opt",
    "/opt/k8s-node", "/opt/k8s-node/store"};
constexpr auto passable = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
constexpr auto passable_bits = static_cast<mode_t>(passable);

class DirectoryKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "directory"; }

    /// Each existing one that others may not pass.
    void differ(Comparison& comparison, const System& system) const override {
        for (const auto* path : passed_directories) {
            const auto there = attributes_of(system.root.at(path));
            if (there && (there->mode & passable_bits) != passable_bits) {
                comparison.changes.push_back(
                    {ChangeKind::set_mode,
                     path,
                     "its mode " + octal_mode(there->mode) +
                         " keeps services that do not run as root from their files",
                     {}});
            }
        }
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::set_mode;
    }

    /// Adds the execute bits for everybody; the read bits stay as they are.
    void apply(const std::vector<Change>& changes, Application& /*application*/,
               System& system) const override {
        for (const auto& change : changes) {
            with_context(std::string(verb_of(change.kind)) + " " + change.object, [&] {
                fs::permissions(system.root.at(change.object), passable, fs::perm_options::add);
            });
        }
    }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (const auto& directory : removal.scope.ledger.directories) {
            std::error_code error;
            const auto path = removal.root.at(directory);
            if (fs::is_directory(path, error) && fs::is_empty(path, error)) {
                out.push_back({name(), directory});
            }
        }
        return out;
    }

    /// Those of the store and of the ledger itself go last.
    [[nodiscard]] bool is_needed_to_repeat() const override { return true; }

    /// Removes the directories that came with the node, deepest first. A non-empty one stays; any
    /// other failure is an Error, because the ledger must not forget the directory.
    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::remove_files && stage != RemovalStage::end) {
            return;
        }
        const auto& ours = removal.scope.ledger.directories;
        std::vector<std::string> directories(ours.begin(), ours.end());
        std::sort(directories.begin(), directories.end(),
                  [](const auto& a, const auto& b) { return a.size() > b.size(); });
        for (const auto& directory : directories) {
            teardown::remove_if_empty(removal.root.at(directory));
        }
    }
};

} // namespace

const ResourceKind& directory_kind() {
    static const DirectoryKind kind;
    return kind;
}

} // namespace k8s_node
