/* What pages do in the browser beside htmx: dialog, local times, ticking, staleness. Pages can be read without it. */
(function () {
  'use strict';

  var language = document.documentElement.lang || 'en';
  var timeFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  var ticked = new Set();

  function each(root, selector, act) {
    if (root.matches && root.matches(selector)) { act(root); }
    if (root.querySelectorAll) { root.querySelectorAll(selector).forEach(act); }
  }

  function localTimes(root) {
    each(root, 'time[datetime]', function (time) {
      if (time.dataset.local) { return; }
      var at = new Date(time.dateTime);
      if (isNaN(at)) { return; }
      time.title = time.textContent;
      time.textContent = timeFormat.format(at);
      time.dataset.local = '1';
    });
  }

  function durations() {
    document.querySelectorAll('.js-since[data-since]').forEach(function (element) {
      var seconds = Math.max(0, Math.round((Date.now() - new Date(element.dataset.since)) / 1000));
      var two = function (n) { return (n < 10 ? '0' : '') + n; };
      element.textContent = (seconds >= 3600 ? Math.floor(seconds / 3600) + ':' : '') +
        two(Math.floor(seconds % 3600 / 60)) + ':' + two(seconds % 60);
    });
  }

  /* A row that was replaced has lost its tick. */
  function ticks() {
    var boxes = document.querySelectorAll('input[name=odp][type=checkbox]');
    boxes.forEach(function (box) { box.checked = ticked.has(box.value); });
    var all = document.getElementById('tick-all');
    if (all) {
      all.checked = boxes.length > 0 && Array.prototype.every.call(boxes, function (box) { return box.checked; });
      all.indeterminate = !all.checked && Array.prototype.some.call(boxes, function (box) { return box.checked; });
    }
    var bar = document.getElementById('batch-bar');
    if (bar) {
      var count = document.getElementById('batch-count');
      if (!count.dataset.hint) { count.dataset.hint = count.textContent; }
      count.textContent = ticked.size ? bar.dataset.words.replace('{n}', ticked.size) : count.dataset.hint;
      bar.classList.toggle('active', ticked.size > 0);
      document.getElementById('restart-selected').disabled = ticked.size === 0;
    }
  }

  /* The dialog shows only what belongs to the chosen mode, and asks for the cluster id only where it is needed. */
  function modes(root) {
    each(root, 'form', function (form) {
      if (!form.elements.mode || !form.querySelector('.only-RESTART')) { return; }
      var update = function () {
        var hot = form.elements.mode.value === 'RESTART';
        form.querySelectorAll('.only-RESTART').forEach(function (part) { part.hidden = !hot; });
        var drain = form.elements.drainSeconds;
        var sharp = form.elements.mode.value === 'FORCE_RESTART' || (drain.value !== '' && Number(drain.value) < 1 && !form.elements.noLimit.checked);
        var confirm = form.elements.confirm;
        form.querySelector('.confirm').hidden = !sharp;
        confirm.required = sharp;
        var submit = form.querySelector('.submit');
        submit.disabled = form.elements.mode.value === '' || (sharp && confirm.value !== confirm.dataset.wanted);
        submit.classList.toggle('danger', form.elements.mode.value === 'FORCE_RESTART');
        submit.textContent = hot || form.elements.mode.value === '' ? submit.dataset.hot : submit.dataset.force;
      };
      form.addEventListener('input', update);
      form.addEventListener('change', update);
      update();
    });
  }

  /* Where the ODP of a skipped row goes is in the form; the address needs the task only. */
  function skips(root) {
    each(root, 'form.js-skip:not([hx-post])', function (form) {
      var address = location.pathname + '/skip';
      form.action = address;
      form.setAttribute('hx-post', address);
      htmx.process(form);
    });
  }

  function settle(root) {
    document.querySelectorAll('.js-here').forEach(function (field) { field.value = location.pathname + location.search; });
    localTimes(root);
    skips(root);
    ticks();
    durations();
  }

  document.addEventListener('DOMContentLoaded', function () {
    settle(document.body);
    modes(document.body);
    setInterval(durations, 1000);

    var dialog = document.getElementById('dialog');
    var stale = document.getElementById('stale');
    var opener = null;

    /* What came by the live stream was swapped in where it belongs: the event does not say where. */
    document.body.addEventListener('htmx:afterSwap', function (event) {
      settle(document.body);
      var target = event.detail.target;
      if (!target || target.id !== 'dialog-body') { return; }
      if (target.querySelector('[data-dismiss]')) {
        target.replaceChildren();
        ticked.clear();
        ticks();
        dialog.close();
        return;
      }
      modes(target);
      if (!dialog.open) {
        opener = document.activeElement;
        dialog.showModal();
      }
      var title = dialog.querySelector('.dialog-title');
      if (title) { title.focus(); }
    });
    dialog.addEventListener('close', function () {
      document.getElementById('dialog-body').replaceChildren();
      /* What opened it may have been replaced by a newer piece since: then the focus goes there. */
      var again = opener && !opener.isConnected && opener.id ? document.getElementById(opener.id) : null;
      if (again) { again.focus(); }
    });

    /* A lost connection comes back by itself; a sign-in that has ended does not: then the whole page leads to where one signs in. */
    var asking = false;
    document.body.addEventListener('htmx:sseError', function () {
      stale.hidden = false;
      document.body.classList.add('is-stale');
      if (asking) { return; }
      asking = true;
      setTimeout(function () {
        fetch(location.href, { redirect: 'manual', headers: { Accept: 'text/html' } })
          .then(function (answer) { if (answer.type === 'opaqueredirect') { location.reload(); } })
          .catch(function () { /* Still away: the stream tries again. */ })
          .finally(function () { asking = false; });
      }, 2000);
    });
    document.body.addEventListener('htmx:sseOpen', function () { stale.hidden = true; document.body.classList.remove('is-stale'); });
    /* A request that got no answer at all. */
    document.body.addEventListener('htmx:sendError', function () { stale.hidden = false; });

    document.querySelectorAll('.js-only').forEach(function (part) { part.hidden = false; });

    document.addEventListener('change', function (event) {
      var box = event.target;
      if (box.classList.contains('js-file') && box.files.length) {
        box.files[0].text().then(function (text) { document.getElementById(box.dataset.into).value = text; });
        return;
      }
      if (box.id === 'tick-all') {
        document.querySelectorAll('input[name=odp][type=checkbox]').forEach(function (each) {
          if (box.checked) { ticked.add(each.value); } else { ticked.delete(each.value); }
        });
        ticks();
      } else if (box.name === 'odp' && box.type === 'checkbox') {
        if (box.checked) { ticked.add(box.value); } else { ticked.delete(box.value); }
        ticks();
      }
    });

    document.addEventListener('click', function (event) {
      var target = event.target.closest('.js-close, .js-dismiss, .js-print');
      if (event.target.closest('.menu-items')) { event.target.closest('.menu').open = false; }
      document.querySelectorAll('.menu[open]').forEach(function (menu) { if (!menu.contains(event.target)) { menu.open = false; } });
      if (!target) { return; }
      if (target.classList.contains('js-close')) { target.closest('.toast').remove(); }
      if (target.classList.contains('js-print')) { window.print(); }
      if (target.classList.contains('js-dismiss') && dialog.open) { event.preventDefault(); dialog.close(); }
    });
    document.addEventListener('keydown', function (event) {
      if (event.key === 'Escape') { document.querySelectorAll('.menu[open]').forEach(function (menu) { menu.open = false; menu.querySelector('summary').focus(); }); }
    });

    new MutationObserver(function (changes) {
      changes.forEach(function (change) {
        change.addedNodes.forEach(function (toast) {
          if (toast.nodeType === 1 && !toast.classList.contains('error')) {
            setTimeout(function () { toast.remove(); }, toast.classList.contains('keep') ? 20000 : 6000);
          }
        });
      });
    }).observe(document.getElementById('toasts'), { childList: true });
  });
})();
