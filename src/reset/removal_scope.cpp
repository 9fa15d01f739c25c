#include "reset/removal_scope.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "model/node_spec.hpp"
#include "plan/hand_over.hpp"
#include "support/files.hpp"
#include "teardown/remover.hpp"
#include "unit_resources/hand_over.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr const char* namespaces = "/run/netns/";

/// Computes one scope; its parts build on each other.
class ScopeBuilder {
public:
    ScopeBuilder(const Ledger& ledger, const Keep& keep, const Root& root,
                 const teardown::HostEffects& host)
        : root_(root), host_(host) {
        scope_.ledger = ledger;
        scope_.keep = keep;
        scope_.keep.identity |= keep.data; // the data are encrypted or signed with it
    }

    RemovalScope build() {
        const auto& cleanup = scope_.ledger.cleanup;
        add_existing(cleanup.paths);
        add_or_keep(cleanup.data, scope_.keep.data);
        add_or_keep(cleanup.identity, scope_.keep.identity);
        leave_found_data();
        note_emptied();
        keep_lost_and_found();
        scope_.processes.store = real(paths::store); // as /proc names programs in it
        scope_.processes.cgroups = cleanup.cgroups;
        for (const auto& unit : scope_.ledger.units) {
            add_unit(unit);
            add_unit(stand_in_of(unit)); // a killed run may have left it
            add_existing({stand_in_path(stand_in_of(unit))});
        }
        scope_.units.emplace_back("k8s-node.target");
        add_network_namespaces();
        add_mounts();
        return std::move(scope_);
    }

private:
    /// Returns the path that the kernel knows a place by.
    [[nodiscard]] std::string real(const std::string& place) const {
        std::error_code error;
        const auto path = fs::canonical(root_.at(place), error);
        return error ? root_.at(place).string() : path.string();
    }

    [[nodiscard]] std::vector<std::string>
    existing(const std::vector<std::string>& patterns) const {
        std::vector<std::string> out;
        for (const auto& pattern : patterns) {
            for (const auto& path : teardown::matching_paths(root_.at(pattern).string())) {
                out.push_back("/" + path.lexically_relative(root_.path()).string());
            }
        }
        return out;
    }

    void add_existing(const std::vector<std::string>& patterns) {
        const auto found = existing(patterns);
        scope_.trees.insert(scope_.trees.end(), found.begin(), found.end());
    }

    void add_or_keep(const std::vector<std::string>& patterns, bool kept) {
        if (kept) {
            const auto stay = existing(patterns);
            scope_.kept.insert(stay.begin(), stay.end());
        } else {
            add_existing(patterns);
        }
    }

    /// Data that existed before the node stay; only what the node mounted below them is removed.
    void leave_found_data() {
        std::erase_if(scope_.trees, [&](const std::string& tree) {
            if (!scope_.ledger.is_found_data(tree)) {
                return false;
            }
            scope_.mounts.below.push_back(real(tree));
            scope_.kept.insert(tree);
            return true;
        });
    }

    /// Matches of a pattern came with the node; a full path that was not recorded as missing is
    /// older.
    void note_emptied() {
        const auto& cleanup = scope_.ledger.cleanup;
        for (const auto* list : {&cleanup.paths, &cleanup.data, &cleanup.identity}) {
            std::ranges::copy_if(
                *list, std::inserter(scope_.emptied, scope_.emptied.end()),
                [&](const std::string& path) { return existed_before(path, scope_); });
        }
    }

    /// mke2fs(8) created it, and it belongs to the file system.
    void keep_lost_and_found() {
        for (const auto& place : scope_.emptied) {
            if (path_exists(root_.at(place + "/lost+found"))) {
                scope_.kept.insert(place + "/lost+found");
            }
        }
    }

    void add_unit(const std::string& unit) {
        scope_.units.push_back(unit);
        scope_.processes.cgroups.push_back("system.slice/" + unit);
    }

    /// Skips namespaces that other containers use: they have names of the same form.
    void add_network_namespaces() {
        for (const auto& pattern : scope_.ledger.cleanup.network_namespaces) {
            for (const auto& path : existing({namespaces + pattern})) {
                if (!host_.is_used_by_others(root_.at(path), scope_.processes)) {
                    scope_.network_namespaces.push_back(path);
                }
            }
        }
    }

    /// A mount at a top directory itself is the operator's if the directory existed before us;
    /// otherwise it came with the node.
    void add_mounts() {
        for (const auto& tree : scope_.trees) {
            scope_.mounts.below.push_back(real(tree));
            if (!scope_.emptied.contains(tree)) {
                scope_.mounts.at.push_back(root_.at(tree).string());
            }
        }
        for (const auto& path : scope_.network_namespaces) {
            scope_.mounts.at.push_back(root_.at(path).string());
        }
    }

    RemovalScope scope_;
    const Root& root_;
    const teardown::HostEffects& host_;
};

} // namespace

RemovalScope scope_of(const Ledger& ledger, const Keep& keep, const Root& root,
                      const teardown::HostEffects& host) {
    return ScopeBuilder(ledger, keep, root, host).build();
}

} // namespace k8s_node
