#include "etcd/entry.hpp"

#include <algorithm>

#include "cluster/api_error.hpp"
#include "etcd/etcd.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

/// Returns the voters that do not answer, each with its name, for a sentence.
std::string silent_voters(EtcdCluster& cluster) {
    const auto members = cluster.list_members();
    const auto answering = cluster.answering(members);
    std::vector<std::string> silent;
    for (const auto& member : members) {
        if (!member.is_learner && !answering.contains(member.id)) {
            silent.push_back(member_text(member));
        }
    }
    return join(silent, ", ");
}

} // namespace

Entry::Entry(EtcdCluster& cluster, EtcdConnector connect, Entrant entrant,
             std::chrono::seconds lock_time, Tell tell)
    : cluster_(cluster), connect_(std::move(connect)), entrant_(std::move(entrant)),
      lock_(cluster, entrant_.name, lock_time), tell_(std::move(tell)) {}

bool Entry::is_own(const Member& member) const {
    return member.name == entrant_.name || contains(member.peer_urls, entrant_.peer_url);
}

void Entry::take_lock() {
    if (const auto holder = lock_.take()) {
        throw Error("etcd's members change one at a time, and " + *holder + " is about to join");
    }
}

/// Its data are gone, and etcd would take the member with other data for a broken one.
void Entry::remove_former(const std::vector<Member>& members) {
    for (const auto& member : members) {
        if (!is_own(member)) {
            continue;
        }
        if (lives(member)) {
            throw Error("etcd member " + member_text(member) + " runs, at " +
                        join(member.peer_urls, ", ") +
                        ": another machine has the name or the address of this one");
        }
        if (cluster_.remove_member(member.id)) {
            tell_("removed etcd member " + member_text(member) +
                  ", which this machine was before its data were lost");
        }
    }
}

/// Asks at its peer URLs, where a member listens before it knows anything of the cluster.
bool Entry::lives(const Member& member) {
    auto urls = member.client_urls;
    urls.insert(urls.end(), member.peer_urls.begin(), member.peer_urls.end());
    return std::any_of(urls.begin(), urls.end(), [&](const auto& url) {
        try {
            const auto until = cluster::Clock::now() + etcd_life_time;
            (void)connect_(url)->stream({"GET", "/version"}, until,
                                        [](std::string_view) { return cluster::Flow::go_on; });
            return true;
        } catch (const cluster::ConnectionError&) {
            return false;
        } catch (const cluster::CertificateError&) { // another machine has its address
            return false;
        }
    });
}

/// etcd has one learner at a time. Whoever added this one holds the lock no more.
void Entry::settle_learners(const std::vector<Member>& members) {
    for (const auto& member : members) {
        const bool is_unfinished = member.is_learner || !member.has_started();
        if (!is_unfinished || is_own(member)) {
            continue;
        }
        if (lives(member)) {
            throw Error("etcd member " + member_text(member) +
                        " is about to join, and has no vote yet");
        }
        if (!member.is_learner) {
            throw Error("etcd member " + member_text(member) +
                        " has never started; remove it: etcdctl member remove " +
                        id_text(member.id));
        }
        if (cluster_.remove_member(member.id)) {
            tell_("removed etcd member " + member_text(member) +
                  ", whose machine does not answer and which never had a vote");
        }
    }
}

void Entry::ask_to_add() {
    try {
        cluster_.ask("/v3/cluster/member/add",
                     {{"peerURLs", json::array({entrant_.peer_url})}, {"isLearner", true}});
    } catch (const cluster::EtcdError& refusal) {
        const auto silent = silent_voters(cluster_);
        throw Error("etcd lets no member join now (" + refusal.reason() + ")" +
                    (silent.empty() ? ""
                                    : ": " + silent +
                                          " does not answer; bring it back, or remove "
                                          "it if it will never be (etcdctl member remove)"));
    } catch (const cluster::ConnectionError&) { // perhaps only the answer was lost: the list tells
    }
}

/// Somebody may have to do first what this machine waits for: to come back itself, say.
void Entry::give_lock_back() {
    try {
        lock_.release();
    } catch (const Error&) { // it goes by itself
    }
}

Entered Entry::enter() {
    take_lock();
    try {
        return enter_locked();
    } catch (const Error&) {
        give_lock_back();
        throw;
    }
}

Entered Entry::enter_locked() {
    remove_former(cluster_.list_members());
    settle_learners(cluster_.list_members());
    ask_to_add();
    Entered entered{0, cluster_.list_members()};
    const auto own = std::find_if(entered.members.begin(), entered.members.end(),
                                  [&](const auto& member) { return is_own(member); });
    if (own == entered.members.end()) {
        throw Error("etcd does not list this machine after it was asked to add it");
    }
    entered.id = own->id;
    tell_("added as learner " + member_text(*own) + " to etcd");
    take_lock(); // the whole time is for the start
    return entered;
}

std::string initial_cluster(const Entered& entered, const std::string& name) {
    std::vector<std::string> pairs;
    for (const auto& member : entered.members) {
        // etcd compares the URLs; a name that nobody knows yet may be any.
        const auto its_name = member.id == entered.id ? name
                              : member.has_started()  ? member.name
                                                      : id_text(member.id);
        for (const auto& url : member.peer_urls) {
            pairs.push_back(its_name + "=" + url);
        }
    }
    return join(pairs, ",");
}

std::vector<std::string> client_urls_of_others(const std::vector<Member>& members,
                                               std::uint64_t id) {
    std::vector<std::string> urls;
    for (const auto& member : members) {
        if (member.id != id) {
            urls.insert(urls.end(), member.client_urls.begin(), member.client_urls.end());
        }
    }
    return urls;
}

} // namespace k8s_node
