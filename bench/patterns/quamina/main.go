// quamina under compare.py; the lines are those of engine_main.cc.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"quamina.net/go/quamina"
)

type request struct {
	Rules []json.RawMessage `json:"rules"`
}

type answer struct {
	Seconds float64 `json:"seconds,omitempty"`
	Matches []int64 `json:"matches,omitempty"`
	Refused string  `json:"refused,omitempty"`
}

func withRules(patterns []json.RawMessage) (*quamina.Quamina, error) {
	engine, err := quamina.New()
	if err != nil {
		return nil, err
	}
	for rule, pattern := range patterns {
		if err := engine.AddPattern(rule, string(pattern)); err != nil {
			return nil, err
		}
	}
	return engine, nil
}

func run(engine *quamina.Quamina, rules int, events [][]byte) (answer, error) {
	matches := make([]int64, rules)
	begin := time.Now()
	for _, event := range events {
		found, err := engine.MatchesForEvent(event)
		if err != nil {
			return answer{}, err
		}
		for _, rule := range found {
			matches[rule.(int)]++
		}
	}
	return answer{Seconds: time.Since(begin).Seconds(), Matches: matches}, nil
}

func serve(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	events := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	var engine *quamina.Quamina
	rules := 0
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return nil // the end of input
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			return err
		}
		var reply answer
		if asked.Rules != nil {
			rules = len(asked.Rules)
			engine, err = withRules(asked.Rules)
		} else {
			reply, err = run(engine, rules, events)
		}
		if err != nil {
			reply = answer{Refused: err.Error()}
		}
		if err := out.Encode(reply); err != nil {
			return err
		}
	}
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: quamina EVENTS.jsonl")
		os.Exit(2)
	}
	if err := serve(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "quamina:", err)
		os.Exit(1)
	}
}
