#include <algorithm>
#include <array>
#include <chrono>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include "doctor/subject.hpp"
#include "host/proc_text.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

constexpr std::chrono::milliseconds patience{900};

std::vector<std::string> name_servers(const Subject& subject) {
    const auto& path = subject.facts.resolv_conf;
    return path.empty()
               ? std::vector<std::string>()
               : host::parse_name_servers(read_file_if_exists(subject.root.at(path)).value_or(""));
}

/// Asks for the name servers of the root, which every server knows (RFC 1035). The descriptor is
/// empty if there is no way to the server.
UniqueFd ask(const std::string& server) {
    static constexpr std::array<unsigned char, 17> question = {
        0x6b, 0x38, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1};
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(server.c_str(), "53", &hints, &found) != 0) {
        return {};
    }
    const CHandle<addrinfo, ::freeaddrinfo> address(found);
    UniqueFd fd(::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd || ::connect(fd.get(), found->ai_addr, found->ai_addrlen) < 0 ||
        ::send(fd.get(), question.data(), question.size(), MSG_NOSIGNAL) < 0) {
        return {};
    }
    return fd;
}

/// Returns the servers that answer, with anything.
std::vector<std::string> those_that_answer(const std::vector<std::string>& servers) {
    std::vector<UniqueFd> sockets;
    std::vector<pollfd> waits;
    for (const auto& server : servers) {
        sockets.push_back(ask(server));
        waits.push_back({sockets.back().get(), POLLIN, 0});
    }
    const auto end = std::chrono::steady_clock::now() + patience;
    std::vector<std::string> answered;
    for (auto left = patience; answered.size() < servers.size() && left.count() > 0;
         left = std::chrono::duration_cast<std::chrono::milliseconds>(
             end - std::chrono::steady_clock::now())) {
        if (::poll(waits.data(), waits.size(), static_cast<int>(left.count())) <= 0) {
            break;
        }
        for (std::size_t i = 0; i < waits.size(); ++i) {
            if (waits[i].revents == 0) {
                continue;
            }
            if ((waits[i].revents & POLLERR) == 0) {
                answered.push_back(servers[i]);
            }
            waits[i].fd = -1;
        }
        if (std::ranges::all_of(waits, [](const pollfd& one) { return one.fd < 0; })) {
            break;
        }
    }
    return answered;
}

} // namespace

Answer check_dns_loop(const Subject& subject) {
    const std::string name = "DnsLoop";
    const auto servers = name_servers(subject);
    for (const auto& server : servers) {
        if (contains(subject.cluster_dns, server)) {
            return {{{name, Severity::error,
                      subject.facts.resolv_conf + " names " + server +
                          ", at which the cluster's own DNS answers: it would forward to itself, "
                          "and resolves nothing outside of the cluster",
                      "name the site's name servers in " + subject.facts.resolv_conf}}};
        }
    }
    return {{}, {{name, servers.empty() ? "no name server" : join(servers, ", ")}}, {}};
}

Answer check_dns_answers(const Subject& subject) {
    const std::string name = "DnsAnswers";
    const auto servers = name_servers(subject);
    if (servers.empty() || !subject.root.is_host()) {
        return {{}, {{name, "no name server to ask"}}, {}};
    }
    const auto answered = those_that_answer(servers);
    if (answered.empty()) {
        return {{{name, Severity::warning,
                  "no name server answers: " + join(servers, ", ") + " (" +
                      subject.facts.resolv_conf + ")",
                  "check the way to them (ping, a firewall), or name others in " +
                      subject.facts.resolv_conf}}};
    }
    return {
        {}, {{name, join(answered, ", ") + (answered.size() == 1 ? " answers" : " answer")}}, {}};
}

} // namespace k8s_node::doctor
