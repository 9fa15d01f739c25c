// A transport that answers from a script and remembers what it was asked.
#pragma once

#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "cluster/api_error.hpp"
#include "cluster/transport.hpp"

namespace k8s_node::cluster {

/// One scripted answer to send() or stream().
struct Answer {
    long status = 200;
    std::vector<std::string> chunks = {};
    bool breaks = false; ///< the connection breaks after the chunks
};

inline Answer json_answer(const nlohmann::json& body, long status = 200) {
    return {status, {body.dump()}};
}

class FakeTransport : public Transport {
public:
    void answer(Answer answer) { answers_.push_back(std::move(answer)); }
    void answer(const nlohmann::json& body, long status = 200) {
        answers_.push_back(json_answer(body, status));
    }

    HttpReply send(const HttpRequest& request) override {
        const auto answer = next(request);
        HttpReply reply{answer.status, ""};
        for (const auto& chunk : answer.chunks) {
            reply.body += chunk;
        }
        if (answer.breaks) {
            throw ConnectionError("the connection broke");
        }
        return reply;
    }

    HttpReply stream(const HttpRequest& request, Clock::time_point, const Sink& sink) override {
        const auto answer = next(request);
        HttpReply reply{answer.status, ""};
        for (const auto& chunk : answer.chunks) {
            if (answer.status != 200) {
                reply.body += chunk;
            } else if (sink(chunk) == Flow::stop) {
                return reply;
            }
        }
        if (answer.breaks) {
            throw ConnectionError("the connection broke");
        }
        return reply;
    }

    [[nodiscard]] const std::vector<HttpRequest>& requests() const { return requests_; }
    [[nodiscard]] bool is_used_up() const { return answers_.empty(); }

private:
    Answer next(const HttpRequest& request) {
        requests_.push_back(request);
        if (answers_.empty()) {
            throw std::logic_error("nobody expected " + request.method + " " + request.path);
        }
        auto answer = std::move(answers_.front());
        answers_.pop_front();
        return answer;
    }

    std::deque<Answer> answers_;
    std::vector<HttpRequest> requests_;
};

} // namespace k8s_node::cluster
