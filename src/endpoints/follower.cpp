#include "endpoints/follower.hpp"

#include <unistd.h>
#include <utility>

#include "cluster/json_text.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node::endpoints {

namespace {

const watch::Collection slices{"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
                               "labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes",
                               "endpoints of the Service kubernetes"};

const std::string show_table = std::string("show servers state ") + backend;

std::string name_of(const nlohmann::json& object) {
    return cluster::text_at(cluster::part_at(object, "metadata"), "name");
}

std::string listed(const Servers& servers) {
    return servers.empty() ? "none" : join(std::vector(servers.begin(), servers.end()), ", ");
}

/// A list that cannot be read is as one that is not there: the cluster has it.
Servers saved_servers(const std::string& file) {
    return read_servers(read_file_if_exists(file).value_or(""));
}

} // namespace

Follower::Follower(EventLoop& loop, FollowerFiles files, const Servers& first, Observer observer)
    : loop_(loop), files_(std::move(files)), observer_(std::move(observer)),
      saved_(saved_servers(files_.list)) {
    servers_ = saved_.empty() ? first : saved_;
    tell_status();
    synchronize();
    begin_watch();
}

void Follower::begin_watch() {
    try {
        connection_.emplace(loop_, read_kubeconfig(files_.kubeconfig, Root()));
    } catch (const Error& error) { // a node that joins has no identity yet
        lose(cluster_lost_, "the list of API servers", error.message());
        cluster_retry_ = loop_.after(cluster_back_off_.next(), [this] { begin_watch(); });
        return;
    }
    watch_.emplace(*connection_, slices, slice_observer());
}

/// Kubelet renews the certificate in its files; the old one is good until it is refused.
void Follower::renew_credentials() {
    try {
        connection_->credentials = read_kubeconfig(files_.kubeconfig, Root());
    } catch (const Error& error) {
        lose(cluster_lost_, "the list of API servers", error.message());
    }
}

watch::ListWatch::Observer Follower::slice_observer() {
    return {
        .begun = [this] { slices_.clear(); },
        .seen = [this](const auto& object) { slices_[name_of(object)] = servers_in(object); },
        .gone = [this](const auto& object) { slices_.erase(name_of(object)); },
        .current = [this] { take_slices(); },
        .lost =
            [this](const std::string& why) {
                lose(cluster_lost_, "the list of API servers", why);
                // Before the next attempt, and not while libcurl still points to the old ones.
                cluster_retry_ = loop_.defer([this] { renew_credentials(); });
            },
        .refused = [] {},
    };
}

void Follower::take_slices() {
    Servers servers;
    for (const auto& [name, some] : slices_) {
        servers.insert(some.begin(), some.end());
    }
    regain(cluster_lost_);
    if (servers.empty()) {
        return;
    }
    save(servers);
    if (servers != servers_) {
        servers_ = std::move(servers);
        synchronize();
    }
}

void Follower::save(const Servers& servers) {
    if (servers == saved_) {
        return;
    }
    try {
        write_file_atomically(files_.list, write_servers(servers),
                              {0644, ::geteuid(), ::getegid()});
        saved_ = servers;
    } catch (const Error& error) {
        observer_.log(Priority::warning, "after a restart the API servers are not known before the "
                                         "cluster answers: " +
                                             error.message());
    }
}

/// Reads HAProxy's table, changes it, and reads it again until there is nothing to change: what
/// HAProxy has done counts, not what it was told.
void Follower::synchronize() {
    if (is_asking_) {
        is_old_ = true;
        return;
    }
    is_old_ = false;
    ask_haproxy({show_table}, [this](const std::string& answer) { take_table(answer); });
}

void Follower::take_table(const std::string& answer) {
    const auto changes = changes_to(servers_, read_slots(answer));
    if (!changes.commands.empty()) {
        send(changes);
        return;
    }
    if (!changes.left_out.empty()) {
        observer_.log(Priority::warning,
                      "haproxy has no place for more API servers, these are not used: " +
                          listed(changes.left_out));
    }
    haproxy_back_off_.reset();
    regain(haproxy_lost_);
    if (!std::exchange(is_ready_, true)) {
        observer_.ready();
    }
    tell_status();
    if (is_old_) {
        synchronize();
    }
}

void Follower::send(const SlotChanges& changes) {
    ask_haproxy(changes.commands, [this, changes](const std::string& answer) {
        const auto& [commands, added, removed, left_out] = changes;
        observer_.log(Priority::info,
                      "API servers: added " + listed(added) + "; removed " + listed(removed));
        ask_haproxy({show_table}, [this, said = answer](const std::string& table) {
            const auto left = changes_to(servers_, read_slots(table));
            if (!is_old_ && !left.commands.empty()) {
                throw Error("haproxy has not done what it was told, and answered: " +
                            std::string(trim(replace_all(said, "\n", " "))));
            }
            take_table(table);
        });
    });
}

void Follower::ask_haproxy(const std::vector<std::string>& commands,
                           std::function<void(const std::string&)> answered) {
    const auto failed = [this](const std::string& why) {
        is_asking_ = false;
        lose(haproxy_lost_, "haproxy", why);
        haproxy_retry_ = loop_.after(haproxy_back_off_.next(), [this] { synchronize(); });
    };
    is_asking_ = true;
    request_.emplace(loop_, files_.socket, commands,
                     RuntimeRequest::Observer{
                         [this, failed, answered = std::move(answered)](const std::string& answer) {
                             is_asking_ = false;
                             try {
                                 answered(answer);
                             } catch (const Error& error) {
                                 failed(error.message());
                             }
                         },
                         failed});
}

void Follower::lose(std::string& place, const std::string& what, const std::string& why) {
    if (std::exchange(place, why) != why) {
        observer_.log(Priority::notice, "waits for " + what + ": " + why);
    }
    tell_status();
}

void Follower::regain(std::string& place) {
    place.clear();
    tell_status();
}

void Follower::tell_status() {
    std::string text;
    if (!haproxy_lost_.empty()) {
        text = "waits for haproxy: " + haproxy_lost_;
    } else if (!cluster_lost_.empty()) {
        text = "last known API servers: " + listed(servers_) + "; no news: " + cluster_lost_;
    } else {
        text = "API servers: " + listed(servers_);
    }
    if (std::exchange(status_, text) != text) {
        observer_.status(text);
    }
}

} // namespace k8s_node::endpoints
