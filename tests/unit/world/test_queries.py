from clipstudy.world.model import World
from clipstudy.world.queries import field_texts, published_form
from clipstudy.world.words import words_of


def test_a_term_is_carried_by_exactly_the_fields_that_have_its_word(demo: World) -> None:
    creators = {creator.username: creator for creator in demo.creators}
    musics = {music.music_id: music for music in demo.musics}
    for query in demo.queries:
        clip = demo.clip(query.target_id)
        texts = field_texts(clip, creators[clip.creator], musics[clip.music_id])
        for term in query.terms:
            carriers = [field for field, lines in texts.items() if any(term.meant in words_of(t) for t in lines)]
            assert term.fields == carriers
            assert carriers or term.change == "filler"


def test_memory_is_noisy_but_not_lost(demo: World) -> None:
    changes = [term.change for query in demo.queries for term in query.terms]
    assert set(changes) == {"none", "misspelt", "synonym", "filler"}
    assert 0.6 < changes.count("none") / len(changes) < 0.95
    assert all(query.text == " ".join(term.typed for term in query.terms) for query in demo.queries)
    assert all(
        (term.typed == term.meant) == (term.change in {"none", "filler"}) for q in demo.queries for term in q.terms
    )


def test_labels_follow_from_the_truth(demo: World) -> None:
    for query in demo.queries:
        clip = demo.clip(query.target_id)
        words = [term for term in query.terms if term.change != "filler"]
        described = [term for term in words if "description" in term.fields]
        assert query.useful_description == (len(described) >= len(words) / 2)
        assert not (query.important_lyrics and clip.kind != "lyrics")
        assert not (query.purely_visual and clip.cover.text)
        assert query.subtextual == all(set(term.fields) <= {"seen"} for term in words)
    for label in "useful_description", "comments_on_topic", "purely_visual", "important_lyrics", "subtextual":
        assert 0 < sum(getattr(query, label) for query in demo.queries) < len(demo.queries)


def test_queries_have_one_target_each_and_six_authors(demo: World) -> None:
    assert len({query.target_id for query in demo.queries}) == 120
    assert [query.query_id for query in demo.queries] == list(range(1, 121))
    assert sorted({query.author for query in demo.queries}) == ["A1", "A2", "A3", "A4", "A5", "A6"]


def test_the_published_form_has_the_published_keys(mini: World) -> None:
    first = published_form(mini.queries)[0]
    assert list(first) == [
        *["text", "target", "author"],
        *["useful-description", "comments-on-topic", "purely-visual", "important-lyrics", "subtextual"],
    ]
    assert first["target"] == mini.queries[0].target_id
