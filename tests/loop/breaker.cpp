#include "breaker.hpp"

#include <array>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>

#include "support/files.hpp"
#include "support/text.hpp"
#include "wanted_tree.hpp"

namespace k8s_node::demo {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds interval{3};
/// Enough for a machine that is busy with other things.
constexpr std::chrono::seconds last_patience{30};

struct Break {
    const char* what;
    void (*how)(const fs::path& path);
};

// The keeper is at work in the same places, so errors are nothing special.
std::error_code ignored;

void remove(const fs::path& path) {
    fs::remove_all(path, ignored);
}

void overwrite(const fs::path& path) {
    std::ofstream(path) << "broken\n";
}

void put_directory(const fs::path& path) {
    fs::remove_all(path, ignored);
    fs::create_directory(path, ignored);
}

void put_file(const fs::path& path) {
    fs::remove_all(path, ignored);
    std::ofstream(path) << "broken\n";
}

void put_link(const fs::path& path) {
    fs::remove_all(path, ignored);
    fs::create_symlink("nowhere", path, ignored);
}

void change_mode(const fs::path& path) {
    fs::permissions(path, fs::perms::owner_all, ignored);
}

constexpr std::array<Break, 5> breaks_of_files = {{{"removed", &remove},
                                                   {"overwritten", &overwrite},
                                                   {"a directory", &put_directory},
                                                   {"a link", &put_link},
                                                   {"its mode", &change_mode}}};
constexpr std::array<Break, 3> breaks_of_links = {
    {{"removed", &remove}, {"elsewhere", &put_link}, {"a file", &put_file}}};
constexpr std::array<Break, 3> breaks_of_directories = {
    {{"removed", &remove}, {"a file", &put_file}, {"its mode", &change_mode}}};

/// What is being replaced cannot be read for a moment.
bool looks_converged(const fs::path& root, const Item& item) {
    try {
        return is_converged(root, item);
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace

Breaker::Breaker(fs::path root, const KeptServer& server, std::chrono::milliseconds duration,
                 unsigned seed, std::stop_source ended)
    : root_(std::move(root)), server_(server), random_(seed), ended_(std::move(ended)),
      thread_([this, duration](const std::stop_token& stop) { run(stop, duration); }) {}

std::vector<std::string> Breaker::left() const {
    std::vector<std::string> left;
    for (const auto& [object, broken] : broken_) {
        left.push_back(broken.what);
    }
    return left;
}

void Breaker::run(const std::stop_token& stop, std::chrono::milliseconds duration) {
    EventLoop loop;
    bool is_time_over = false;
    const auto tick = loop.every(interval, [&] {
        look();
        if (!is_time_over) {
            break_something();
        } else if (broken_.empty()) {
            loop.stop();
        }
    });
    const auto enough = loop.after(duration, [&] { is_time_over = true; });
    const auto given_up = loop.after(duration + last_patience, [&] { loop.stop(); });
    const auto stopped = loop.on_stop(stop, [&] { loop.stop(); });
    loop.run();
    ended_.request_stop();
}

void Breaker::look() {
    std::erase_if(broken_, [&](const auto& entry) {
        const auto& broken = entry.second;
        if (!broken.is_mended()) {
            return false;
        }
        mended_.push_back({broken.what, std::chrono::duration_cast<std::chrono::microseconds>(
                                            Clock::now() - broken.since)});
        return true;
    });
}

void Breaker::break_something() {
    const auto& tree = wanted_tree();
    const auto index = any_of(tree.size() + 1);
    if (index == tree.size()) {
        break_server();
        return;
    }
    const auto& item = tree[index];
    const auto name = item.path.string();
    if (broken_.contains(name) || broken_.contains(item.path.parent_path().string())) {
        return;
    }
    const auto since = Clock::now();
    broken_[name] = {name + ": " + break_item(index), since,
                     [this, &item] { return looks_converged(root_, item); }};
}

std::string Breaker::break_item(std::size_t index) {
    const auto& item = wanted_tree()[index];
    const auto apply = [&](const auto& breaks) {
        const auto& chosen = breaks.at(any_of(breaks.size()));
        chosen.how(root_ / item.path);
        return chosen.what;
    };
    switch (item.kind) {
    case ItemKind::file:
        return apply(breaks_of_files);
    case ItemKind::link:
        return apply(breaks_of_links);
    case ItemKind::directory:
        break;
    }
    return apply(breaks_of_directories);
}

void Breaker::break_server() {
    const auto present = server_.answering();
    if (present == 0 || broken_.contains("server")) {
        return;
    }
    const auto since = Clock::now();
    const char* what = "its socket is removed";
    switch (any_of(3)) {
    case 0:
        what = "dies";
        if (!request("/die")) {
            return;
        }
        break;
    case 1:
        what = "hangs";
        if (!request("/hang")) {
            return;
        }
        break;
    default:
        if (!fs::remove(root_ / "run/server.sock", ignored)) {
            return;
        }
    }
    broken_["server"] = {std::string("server: ") + what, since,
                         [this, present] { return server_.answering() > present; }};
}

/// By a request rather than a signal, because a process ID may be another's by now.
bool Breaker::request(const std::string& path) const {
    const auto port = parse_integer(read_file_if_exists(root_ / "run/port").value_or(""));
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port.value_or(0)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto text = "GET " + path + " HTTP/1.1\r\n\r\n";
    return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
           ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL) > 0;
}

} // namespace k8s_node::demo
