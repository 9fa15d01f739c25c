#include "cluster_resources/object_resource.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "cluster/api_servers.hpp"
#include "cluster/ownership.hpp"
#include "cluster_resources/cluster_connection.hpp"
#include "cluster_resources/held_object.hpp"
#include "generations/ledger.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"
#include "support/messages.hpp"

namespace k8s_node {

namespace {

constexpr const char* undeclared = "no component declares it any more";

/// Applies an object. The API server makes its own namespaces in the seconds after it is ready.
void apply_object(cluster::ApiClient& client, const nlohmann::json& object, EventLoop& loop) {
    constexpr long not_found = 404;
    constexpr std::chrono::milliseconds pause{100};
    const auto deadline = cluster::Clock::now() + std::chrono::seconds(15);
    for (;;) {
        try {
            client.apply(object);
            return;
        } catch (const cluster::ApiError& error) {
            const bool may_come = error.code() == not_found &&
                                  !cluster::name_of(object).space.empty() &&
                                  cluster::Clock::now() < deadline;
            if (!may_come) {
                throw;
            }
        }
        loop.pause_until(cluster::Clock::now() + pause);
    }
}

/// The objects of earlier generations that the next one does not hold.
std::set<std::string> undeclared_objects(const Generation& next, const Generation& current,
                                         const System& system) {
    auto identities = read_ledger(system.root).objects;
    for (const auto& object : current.manifest.objects) {
        identities.insert(object.identity);
    }
    for (const auto& object : next.manifest.objects) {
        identities.erase(object.identity);
    }
    return identities;
}

/// Returns where an object is that only this program has written; nullopt if there is none. What
/// somebody else had before, or has replaced since, is theirs.
std::optional<std::string> path_if_ours(cluster::ApiClient& client, const std::string& identity) {
    const auto path = client.find_path(name_of_identity(identity));
    const auto object = path ? client.get(*path) : std::nullopt;
    const bool is_ours =
        object && cluster::is_applied_by_us(*object) && !cluster::is_shared(*object);
    return is_ours ? path : std::nullopt;
}

/// Asks an API server that may not answer. Its silence then answers all questions.
class Questions {
public:
    Questions(cluster::ApiClient& client, const Root& root) : client_(client), root_(root) {}

    /// Returns why an object is to be applied, nullopt if it is as it shall be.
    std::optional<std::string> difference(const HeldObject& object) {
        return ask([&] { return client_.differs(complete(object, root_)); });
    }

    /// True if there are other control planes: the objects are theirs, too, and none can tell
    /// whose. They stay in the ledger, so that the last one deletes them.
    bool others_may_need_them() {
        bool others = false;
        ask([&]() -> std::optional<std::string> {
            others = cluster::list_api_servers(client_).size() > 1;
            return std::nullopt;
        });
        return others;
    }

    /// Returns why an object is to be removed, nullopt if it is not there or not ours.
    std::optional<std::string> obsolescence(const std::string& identity) {
        return ask([&]() -> std::optional<std::string> {
            return path_if_ours(client_, identity) ? std::optional<std::string>(undeclared)
                                                   : std::nullopt;
        });
    }

private:
    template <typename Question>
    std::optional<std::string> ask(Question&& question) {
        if (!silence_.empty()) {
            return silence_;
        }
        try {
            return question();
        } catch (const cluster::ConnectionError& error) {
            silence_ = error.message();
            return silence_;
        }
    }

    cluster::ApiClient& client_;
    const Root& root_;
    std::string silence_;
};

void forget_objects(const std::vector<Change>& removed, const System& system) {
    auto ledger = read_ledger(system.root);
    for (const auto& change : removed) {
        ledger.objects.erase(change.object);
    }
    write_ledger(system.root, ledger);
}

std::vector<Change> of_kind(const std::vector<Change>& changes, ChangeKind kind) {
    std::vector<Change> out;
    std::ranges::copy_if(changes, std::back_inserter(out),
                         [&](const Change& change) { return change.kind == kind; });
    return out;
}

class ObjectKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "object"; }

    void differ(Comparison& comparison, const System& system) const override {
        auto& answer = comparison.cluster.objects;
        append(comparison.changes, answer ? answer()
                                          : check_objects(comparison.next, comparison.current,
                                                          ApiServer::not_yet, system));
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::apply_object || change == ChangeKind::remove_object;
    }

    void apply(const std::vector<Change>& changes, Application& application,
               System& system) const override {
        apply_objects(changes, application.next, system);
    }

    /// None is looked for: status answers at once, also while the API server does not.
    [[nodiscard]] std::vector<Drift> drift(const Generation& /*current*/, int /*number*/,
                                           const System& /*system*/) const override {
        return {};
    }
};

} // namespace

const ResourceKind& object_kind() {
    static const ObjectKind kind;
    return kind;
}

std::vector<Change> check_objects(const Generation& next, const Generation& current, ApiServer api,
                                  const System& system) {
    std::vector<Change> changes;
    const auto& kubeconfig = next.manifest.cluster.admin_kubeconfig;
    if (kubeconfig.empty()) {
        return changes;
    }
    const auto obsolete = undeclared_objects(next, current, system);
    if (api == ApiServer::not_yet) {
        for (const auto& object : objects_of(next)) {
            changes.push_back(
                {ChangeKind::apply_object, object.title, "the API server is not running yet", {}});
        }
        for (const auto& identity : obsolete) {
            changes.push_back({ChangeKind::remove_object, identity, undeclared, {}});
        }
        return changes;
    }
    auto transport = connect(kubeconfig, system);
    cluster::ApiClient client(transport);
    Questions questions(client, system.root);
    for (const auto& object : objects_of(next)) {
        if (const auto why = questions.difference(object)) {
            changes.push_back({ChangeKind::apply_object, object.title, *why, {}});
        }
    }
    if (obsolete.empty() || questions.others_may_need_them()) {
        return changes;
    }
    for (const auto& identity : obsolete) {
        if (const auto why = questions.obsolescence(identity)) {
            changes.push_back({ChangeKind::remove_object, identity, *why, {}});
        }
    }
    return changes;
}

void note_objects(const std::vector<Change>& changes, const Generation& next,
                  const System& system) {
    auto ledger = read_ledger(system.root);
    if (!next.manifest.cluster.admin_kubeconfig.empty()) {
        for (const auto& object : objects_of(next)) {
            ledger.objects.insert(object.identity);
        }
    }
    for (const auto& change : of_kind(changes, ChangeKind::remove_object)) {
        ledger.objects.insert(change.object);
    }
    write_ledger(system.root, ledger);
}

void apply_objects(const std::vector<Change>& changes, const Generation& next, System& system) {
    const auto wanted = of_kind(changes, ChangeKind::apply_object);
    const auto removed = of_kind(changes, ChangeKind::remove_object);
    if (wanted.empty() && removed.empty()) {
        return;
    }
    auto transport = connect(next.manifest.cluster.admin_kubeconfig, system);
    cluster::ApiClient client(transport);
    for (const auto& object : objects_of(next)) {
        if (std::ranges::find(wanted, object.title, &Change::object) != wanted.end()) {
            with_context("applying " + object.title,
                         [&] { apply_object(client, complete(object, system.root), system.loop); });
        }
    }
    const bool stay = !removed.empty() && cluster::list_api_servers(client).size() > 1;
    for (const auto& change : stay ? std::vector<Change>{} : removed) {
        with_context("deleting " + change.object, [&] {
            if (const auto path = path_if_ours(client, change.object)) {
                static_cast<void>(client.remove(*path));
            }
        });
    }
    if (!removed.empty() && !stay) {
        forget_objects(removed, system);
    }
    const auto count = std::to_string(wanted.size());
    const auto* fate = stay ? " kept: other control planes may need them" : " deleted";
    report(system, Priority::info, "objects", count,
           count + " cluster objects applied" +
               (removed.empty() ? "" : ", " + std::to_string(removed.size()) + fate),
           message::objects_applied);
}

} // namespace k8s_node
